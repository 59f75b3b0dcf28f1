import CanonicalJSON
import Cryptography
import EvaluationProtocols
import TestSupport
import Testing

@Suite struct ProtocolParsingTests {
  @Test func goodDocumentsAreAcceptedAndKeepTheirBytes() throws {
    let names = try ProtocolVectors.names("accept")
    #expect(names.count >= 2)
    for name in names {
      let bytes = try ProtocolVectors.bytes("accept/\(name)")
      let parsed = try EvaluationProtocol.parse(bytes)
      #expect(parsed.bytes == bytes && parsed.digest == Digest(of: bytes), "\(name)")
    }
  }

  @Test func theExampleStudyIsAccepted() throws {
    let bytes = try fileBytes(Repository.path("protocols/examples/heart-disease/protocol.json"))
    let parsed = try EvaluationProtocol.parse(bytes)
    #expect(parsed.id == "heart-disease-angiography" && parsed.validationSites.count == 3)
  }

  @Test func brokenDocumentsAreRefusedForTheRuleTheyBreakAndSayWhatToDo() throws {
    let names = try ProtocolVectors.names("reject")
    let expected = try ProtocolVectors.expected()
    #expect(names.count >= 98 && names == expected.keys.sorted())
    for name in names {
      let bytes = try ProtocolVectors.bytes("reject/\(name)")
      let error = #expect(throws: ProtocolError.self, "\(name)") { try EvaluationProtocol.parse(bytes) }
      let words = try #require(expected[name])
      #expect(error?.description.contains(words) == true, "\(name): \(error?.description ?? "accepted")")
      #expect(error?.remedy.isEmpty == false, "\(name)")
    }
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theVectorsAreWhatTheirProgramMakes() throws {
    let script = Repository.path("protocols/vectors/protocol/make.py")
    #expect(try OtherProgram.run("python3", ["-B", script, "--check"]).status == 0)
  }

  @Test func everyFieldArrivesWhereItBelongs() throws {
    let parsed = try ProtocolVectors.full()
    #expect(parsed.version == 2 && parsed.study.riskCategory == .moderate)
    #expect(
      parsed.model.scorePrecision == .decimals(6)
        && parsed.model.thresholds.map(\.value.text) == ["0.3", "0.6"])
    #expect(parsed.baseline?.column == "ews" && parsed.data.patientColumn == "patient")
    #expect(parsed.cohort.rules.last == .firstPerPatient(by: "visit"))
    #expect(parsed.attributes.map(\.levelIDs.count) == [3, 4])
    #expect(parsed.windows.ids == ["2025-q1", "2025-q2"])
    #expect(parsed.drift.columns.map(\.column) == ["lactate", "ward"])
    #expect(parsed.sites.count == 4 && parsed.validationSites.map(\.id) == ["north", "south", "west"])
    #expect(parsed.phases.map(\.name) == [.silent, .limited, .broad])
    #expect(parsed.amendment?.reason == "a hospital joined")
    #expect(parsed.authorship?.vendor == "Example Vendor" && parsed.authorship?.modelAuthors.count == 2)
    let plan = try #require(parsed.monitoring)
    #expect([plan.everyDays, plan.openDays, plan.quorum, plan.looks] == [30, 14, 2, 12])
    #expect(parsed.phase(.silent)?.signOffs.map(\.organisation) == ["North", "South"])
    #expect(parsed.phase(.silent)?.goCriteria.allSatisfy { $0.window == .all && $0.looks == nil } == true)
    #expect(parsed.phase(.limited)?.stopCriteria.map(\.looks) == [.alwaysValid, nil])
    #expect(parsed.phase(.limited)?.stopCriteria.map(\.window) == [.all, .newest])
    #expect(parsed.phase(.broad)?.stopCriteria.map(\.looks) == [.alphaSpending(planned: 12)])
    #expect(
      parsed.phase(.silent)?.goCriteria.map(\.scope) == [
        .everySite, .newSite, .withinSite, .randomEffects, .worstSite, .pooledRows,
      ])
    #expect(
      parsed.slices.map(\.text) == [
        "overall", "sex=female", "sex=male", "sex=missing", "age-band=young", "age-band=middle",
        "age-band=old",
        "age-band=missing",
      ])
  }

  @Test func oneChangedByteGivesAnotherIdentity() throws {
    let text = String(decoding: try ProtocolVectors.bytes("accept/small.json"), as: UTF8.self)
    let other = text.replacing("earlier", with: "Earlier")
    #expect(text != other)
    #expect(
      try EvaluationProtocol.parse(Array(other.utf8)).digest
        != EvaluationProtocol.parse(Array(text.utf8)).digest)
  }

  @Test func everyPrefixIsRefusedAndNoneEndsTheProcess() throws {
    let bytes = try ProtocolVectors.bytes("accept/small.json")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: ProtocolError.self) { try EvaluationProtocol.parse(Array(bytes.prefix(count))) }
    }
  }

  @Test func aStudyWhoseAggregateNoReaderWouldTakeIsRefused() throws {
    // 2 million values are read. A window has three counts an interval, the edges, and some fifty values more.
    #expect(throws: Never.self) { try parse(windows: 1000, fineEdges: 480) }
    let error = #expect(throws: ProtocolError.self) { try parse(windows: 1000, fineEdges: 490) }
    #expect(error?.description.contains("an aggregate may have 20") == true)
  }

  private func parse(windows: Int, fineEdges: Int) throws {
    var document = try #require(
      try parseCanonicalJSON(try ProtocolVectors.bytes("accept/small.json"), limits: .protocolDocument).object
    )
    document["windows"] = [
      "kind": "dated", "column": "time",
      "list": .array(
        try (0..<windows).map { index in
          let start = try UTCTime(secondsSinceEpoch: Int64(index) * 60)
          let end = try UTCTime(secondsSinceEpoch: Int64(index) * 60 + 60)
          return ["id": .string("w\(index)"), "start": .string(start.text), "end": .string(end.text)]
        }),
    ]
    document["grid"] = [
      "calibrationEdges": [],
      // Below the threshold of 0.5, on which none of them may fall.
      "fineEdges": .array(
        try (1...fineEdges).map { .string(try ExactDecimal(Double($0) / 1024).text) }),
    ]
    _ = try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }
}

extension JSONValue {
  fileprivate var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }
}
