import Attestations
import CanonicalJSON
import Cryptography
import Evidence
import Foundation
import Gates
import ServiceRuntime
import TestSupport
import Testing

/// The commands of a reviewer, as processes.
@Suite struct SignOffToolTests {
  private struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  /// A folder with a package, a trust file and the reviewers' keys, and the tool set to the study's time.
  private struct Desk {
    let folder: String
    let story: StudyStory

    init(in folder: String, _ story: StudyStory) throws {
      self.folder = folder
      self.story = story
      try writeFileAtomically(story.seal().bytes, to: folder + "/review.evb.zip")
      try writeFileAtomically(story.fixture.trust.encode(), to: folder + "/trust.json")
      for (index, reviewer) in story.fixture.reviewers.enumerated() {
        try reviewer.identity.save(to: "\(folder)/keys-\(index)")
      }
      let offset = story.clock - Int64(Date().timeIntervalSince1970)
      try writeFileAtomically(Array("\(offset)".utf8), to: folder + "/clock")
    }

    func run(_ arguments: [String]) throws -> Outcome {
      let process = Process()
      // The tools stand beside the test program.
      process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "evidence")
      process.arguments = arguments
      process.currentDirectoryURL = URL(filePath: folder)
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["EQUIPOISE_CLOCK_OFFSET_FILE": folder + "/clock"]) { _, new in new }
      process.standardInput = FileHandle.nullDevice
      let output = Pipe()
      let errors = Pipe()
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return Outcome(code: process.terminationStatus, output: text, errors: errorText)
    }

    func signOff(_ rest: [String]) throws -> Outcome {
      let reviewer = story.fixture.reviewers[0]
      return try run(
        [
          "sign-off", "review.evb.zip", "--keys", "keys-0", "--role", reviewer.role, "--decision", "approve",
          "--out", "sign-off.json",
        ] + rest)
    }

    var isSigned: Bool { (try? readFile(folder + "/sign-off.json", maximumBytes: 1 << 20)) != nil }
  }

  @Test func reviewerSignsWhatTheSummarySays() throws {
    try withTemporaryDirectory { folder in
      let desk = try Desk(in: folder, .judged())
      let outcome = try desk.signOff([
        "--no-conflicts", "--condition", "on two wards", "--name", "Dr. Ada Sample", "--trust", "trust.json",
      ])
      #expect(outcome.code == 0, "\(outcome.errors)")
      for words in [
        "review/limited.html", "Bo Sample, statistician: not signed", "condition: on two wards",
        "approve that the study enters the phase limited.", "conflicts: none, as you declare",
      ] { #expect(outcome.errors.contains(words), "\(words)") }
      #expect(!outcome.errors.contains("warning"))
      let file = try SignOffFile.parse(readFile(folder + "/sign-off.json", maximumBytes: 1 << 20))
      let verified = try VerifiedDecision.verify(file.statement, root: file.root)
      #expect(verified.content.person == "Dr. Ada Sample")
      #expect(verified.content.conditions == ["on two wards"])
      #expect(!file.isDelegation)
    }
  }

  @Test func nothingIsSignedWithoutTheNameOrAWordOnConflicts() throws {
    try withTemporaryDirectory { folder in
      let desk = try Desk(in: folder, .judged())
      let unnamed = try desk.signOff(["--no-conflicts"])
      #expect(unnamed.code == 2)
      #expect(unnamed.errors.contains("--name \"Dr. Ada Sample\""))
      // Nobody is pinned here, so nobody is believed.
      #expect(unnamed.errors.contains("warning: E1"))
      #expect(try desk.signOff(["--no-conflicts", "--name", "Ada"]).code == 3)
      #expect(try desk.signOff(["--name", "Dr. Ada Sample"]).code == 2)
      #expect(try desk.signOff(["--conflict", "owns shares", "--no-conflicts"]).code == 2)
      #expect(
        try desk.signOff(["--no-conflicts", "--phase", "silent", "--name", "Dr. Ada Sample"]).code == 2)
      let otherKeys = try desk.signOff(["--no-conflicts", "--keys", "keys-1"])
      #expect(otherKeys.code == 2)
      #expect(!desk.isSigned)
    }
  }

  @Test func packageThatDoesNotVerifyIsNotSigned() throws {
    try withTemporaryDirectory { folder in
      let desk = try Desk(in: folder, .judged())
      var bytes = try readFile(folder + "/review.evb.zip", maximumBytes: 1 << 26)
      bytes[bytes.count / 2] ^= 1
      try writeFileAtomically(bytes, to: folder + "/review.evb.zip")
      let outcome = try desk.signOff(["--no-conflicts", "--name", "Dr. Ada Sample"])
      #expect([3, 4].contains(outcome.code))
      #expect(outcome.errors.contains("does not verify"))
      #expect(!desk.isSigned)
    }
  }

  @Test func delegateIsNamedInAFile() throws {
    try withTemporaryDirectory { folder in
      let desk = try Desk(in: folder, .judged())
      let keys = try desk.run(["keys", "create", "--out", "own", "--json"])
      #expect(keys.code == 0, "\(keys.errors)")
      let own = try SigningIdentity.load(from: folder + "/own")
      #expect(own.role == .reviewer)
      #expect(keys.output.contains(own.fingerprint.digest.text))
      #expect(try desk.run(["keys", "create", "--out", "own"]).code != 0)
      let until = try UTCTime(secondsSinceEpoch: desk.story.clock + 10 * 86_400).text
      let arguments = [
        "delegate", "review.evb.zip", "--keys", "keys-1", "--gate", "limited", "--to", "Del Egate",
        "--organisation", "South hospital", "--fingerprint", own.fingerprint.text, "--from",
        try desk.story.now.text, "--reason", "on leave", "--out", "delegation.json", "--until",
      ]
      let outcome = try desk.run(arguments + [until])
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("Del Egate signs for Bo Sample, statistician"))
      #expect(try desk.run(arguments + ["2027-01-01T00:00:00Z"]).code == 3)
      #expect(try desk.run(arguments + ["tomorrow"]).code == 2)
      let signed = try desk.run([
        "sign-off", "review.evb.zip", "--keys", "own", "--role", "statistician", "--decision", "reject",
        "--conflict", "none known, but a friend of an author", "--delegation", "delegation.json", "--name",
        "Del Egate", "--trust", "trust.json", "--out", "sign-off.json",
      ])
      #expect(signed.code == 0, "\(signed.errors)")
      #expect(signed.errors.contains("in the place of Bo Sample"))
    }
  }

  @Test func bundleShowsWhoSignedWhat() throws {
    try withTemporaryDirectory { folder in
      let desk = try Desk(in: folder, .limited())
      let shown = try desk.run(["show", "review.evb.zip", "--trust", "trust.json"])
      #expect(shown.code == 0, "\(shown.errors)")
      #expect(shown.output.contains("Dr. Cy Sample, patient safety, West hospital"))
      #expect(shown.output.contains("approve: I have reviewed the evidence named here and approve"))
      let json = try desk.run(["show", "review.evb.zip", "--trust", "trust.json", "--json"])
      #expect(json.output.contains("\"signOffs\":[{"))
      let verified = try desk.run(["verify", "review.evb.zip", "--trust", "trust.json"])
      #expect(verified.code == 0)
      #expect(verified.output.contains("history: "))
      #expect(
        verified.output.contains("reviewers: 0 of 3 pinned; the others' keys are those of the protocol"))
      let key = desk.story.fixture.reviewers[0].identity.fingerprint.text
      let pin = ["trust", "add", "--trust", "trust.json", "--reviewer", "Dr. Ada Sample", "--fingerprint"]
      #expect(try desk.run(pin + [key]).code == 0)
      #expect(try desk.run(["trust", "show", "--trust", "trust.json"]).output.contains("Dr. Ada Sample"))
      #expect(
        try desk.run(["verify", "review.evb.zip", "--trust", "trust.json"]).output.contains(
          "reviewers: 1 of 3 pinned"))
      #expect(try desk.run(pin + [key, "--site", "north"]).code == 2)
    }
  }

  @Test func helpOfEachCommandFitsOnAScreen() throws {
    try withTemporaryDirectory { folder in
      let desk = try Desk(in: folder, .judged())
      for words in [["sign-off"], ["delegate"], ["keys", "create"], ["trust", "add"], []] {
        let help = try desk.run(words + ["--help"])
        #expect(help.output.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
      }
    }
  }
}
