import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Foundation
import Gates
import PhaseGrants
import TestSupport
import Testing

/// `protocols/vectors/gates`, made with openssl and Python by `make.py` there.
@Suite struct GatesVectorTests {
  private static func path(_ name: String) -> String { Repository.path("protocols/vectors/gates/\(name)") }

  private func object(_ name: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(fileBytes(Self.path(name)))) as? [String: Any])
  }

  /// What the table of a folder expects of each file of the folder.
  private func entries(_ folder: String) throws -> [(file: String, expected: [String: String])] {
    let table = try #require(try object("\(folder)/expected.json") as? [String: [String: String]])
    let files = try folderNames(Self.path(folder))
    #expect(Set(table.keys).union(["expected.json"]) == Set(files))
    return table.sorted { $0.key < $1.key }.map { ("\(folder)/\($0.key)", $0.value) }
  }

  // MARK: histories

  @Test func goodHistoriesAreReadAndWrittenAgain() throws {
    let files = try folderNames(Self.path("history/accept"))
    #expect(files.count >= 6)
    for file in files {
      let bytes = try fileBytes(Self.path("history/accept/\(file)"))
      let history = try StudyHistory.parse(bytes)
      let same = history.encode() == bytes
      #expect(same, "\(file) is written otherwise")
      let last = history.events.last.map { Digest(of: $0.encode()) }
      #expect(history.head.digest == last ?? Digest(of: Array(history.study.utf8)), "\(file)")
    }
  }

  @Test(arguments: ["all-keys", "the-least"])
  func aHistoryWithEveryKindIsAmongThem(what: String) throws {
    let file = try #require(
      try folderNames(Self.path("history/accept")).first { $0.hasSuffix("\(what).json") })
    let history = try StudyHistory.parse(fileBytes(Self.path("history/accept/\(file)")))
    #expect(Set(history.events.map(\.fact.kind)) == Set(StudyFact.Kind.allCases))
  }

  @Test func everyBrokenHistoryIsRefusedByTheRuleItBreaks() throws {
    let entries = try entries("history/reject")
    #expect(entries.count >= 140)
    for (file, expected) in entries {
      let bytes = try fileBytes(Self.path(file))
      let error = #expect(throws: HistoryError.self, "\(file)") { try StudyHistory.parse(bytes) }
      #expect(error?.rule == expected["rule"], "\(file): \(error?.description ?? "")")
    }
    let rules = Set(entries.compactMap { $0.expected["rule"] })
    #expect(rules == ["historyEvent", "historySequence", "historyPrevious"])
  }

  // MARK: sign-offs

  @Test func goodSignOffsAreReadAndWrittenAgain() throws {
    let entries = try entries("sign-off/accept")
    #expect(entries.count >= 7)
    for (file, expected) in entries {
      let bytes = try fileBytes(Self.path(file))
      let signOff = try SignOffFile.parse(bytes)
      let same = signOff.encode() == bytes
      #expect(same, "\(file) is written otherwise")
      #expect(signOff.isDelegation == (expected["type"] == PredicateType.delegation.rawValue), "\(file)")
      if signOff.isDelegation {
        let delegation = try VerifiedDelegation.verify(signOff.statement, root: signOff.root)
        #expect(delegation.signedDigest.text == expected["signedDigest"], "\(file)")
        #expect(delegation.key == signOff.root.publicKey.digest, "\(file)")
      } else {
        let decision = try VerifiedDecision.verify(signOff.statement, root: signOff.root)
        #expect(decision.signedDigest.text == expected["signedDigest"], "\(file)")
        #expect(decision.evidence.digest.text == expected["evidence"], "\(file)")
        #expect(decision.page.text == expected["page"], "\(file)")
        #expect(decision.key == signOff.root.publicKey.digest, "\(file)")
        let phase = try #require(decision.content.phase)
        let meaning = decision.content.decision.meaning(at: decision.content.gate, phase: phase)
        #expect(decision.content.meaning == meaning, "\(file)")
      }
    }
  }

  @Test func everyBrokenSignOffIsRefusedByTheRuleItBreaks() throws {
    let entries = try entries("sign-off/reject")
    #expect(entries.count >= 80)
    for (file, expected) in entries {
      let bytes = try fileBytes(Self.path(file))
      let error = #expect(throws: SignOffRefusal.self, "\(file)") {
        let signOff = try SignOffFile.parse(bytes)
        if signOff.isDelegation {
          _ = try VerifiedDelegation.verify(signOff.statement, root: signOff.root)
        } else {
          _ = try VerifiedDecision.verify(signOff.statement, root: signOff.root)
        }
      }
      #expect(error?.rule == expected["rule"], "\(file): \(error?.description ?? "")")
    }
    #expect(Set(entries.compactMap { $0.expected["rule"] }) == ["signature", "malformed", "subjects"])
  }

  @Test func aDelegatesDecisionNamesTheDelegationAndItsKey() throws {
    func signOff(_ suffix: String) throws -> SignOffFile {
      let entry = try #require(
        try entries("sign-off/accept").first { $0.file.hasSuffix("\(suffix).signoff.json") })
      return try SignOffFile.parse(fileBytes(Self.path(entry.file)))
    }
    let granted = try signOff("-delegation")
    let delegation = try VerifiedDelegation.verify(granted.statement, root: granted.root)
    let used = try signOff("-abstain-as-a-delegate")
    let decision = try VerifiedDecision.verify(used.statement, root: used.root)
    #expect(decision.content.delegation == delegation.signedDigest)
    #expect(decision.key == delegation.content.delegate.fingerprint)
  }

  // MARK: evidence list and meanings

  @Test func theEvidenceListHasItsDigestInWhateverOrderItIsGiven() throws {
    let bytes = try fileBytes(Self.path("evidence-list.json"))
    let rows = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: String]])
    let subjects = try rows.map { row in
      Subject(name: try #require(row["name"]), digest: try Digest(parsing: #require(row["digest"])))
    }
    let expected = try object("expected.json")["evidence"] as? String
    #expect(EvidenceList(subjects.reversed()).digest.text == expected)
    #expect(EvidenceList(subjects.reversed()).subjects == subjects)
    #expect(EvidenceList(Array(subjects.dropLast())).digest.text != expected)
    #expect(Digest(of: bytes).text == expected)
  }

  @Test func everyMeaningIsTheSentenceOfThePage() throws {
    let rows = try #require(try object("expected.json")["meanings"] as? [[String: String]])
    #expect(rows.count == 15)
    for row in rows {
      let gate = try #require(row["gate"].flatMap(Gate.init(rawValue:)))
      let phase = try #require(row["phase"].flatMap(PhaseName.init(rawValue:)))
      let decision = try #require(row["decision"].flatMap(Decision.init(rawValue:)))
      #expect(decision.meaning(at: gate, phase: phase) == row["meaning"])
    }
    // The page itself, so that all three say the same.
    let page = String(decoding: try fileBytes(Repository.path("protocols/gates.md")), as: UTF8.self)
    for row in rows {
      let phase = try #require(row["phase"])
      let sentence = try #require(row["meaning"]).replacingOccurrences(
        of: "phase \(phase).", with: "phase *phase*.")
      #expect(page.contains("| \(sentence) |"), "\(sentence)")
    }
  }

  // MARK: their making

  @Test(.enabled(if: OtherProgram.path("python3") != nil && OtherProgram.path("openssl") != nil))
  func theVectorsAreWhatTheirProgramMakes() throws {
    let result = try OtherProgram.run("python3", ["-B", Self.path("make.py"), "--check"])
    #expect(result.status == 0, "\(result.output)")
  }
}
