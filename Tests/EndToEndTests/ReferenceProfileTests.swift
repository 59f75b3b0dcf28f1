import CanonicalJSON
import Foundation
import ServiceRuntime
import StudyFixtures
import TestSupport
import Testing

/// From a dataset to a drift section that cites what was signed, with the tools as processes.
@Suite struct ReferenceProfileTests {
  private func run(_ tool: String, _ arguments: [String]) throws -> Outcome {
    try Programs.run(tool, arguments)
  }

  private static let example = HeartDiseaseStudy.folder

  /// Makes keys and a trust file that pins them, counts and signs; returns what the command said.
  private func makeReference(in folder: String, policy: String? = "policy.json") throws -> Outcome {
    let keys = try run(
      "site-agent", ["keys", "create", "--site", "cleveland", "--directory", folder + "/keys", "--json"])
    let identity = try parseCanonicalJSON(
      Array(keys.output.utf8.dropLast()), limits: .small)
    guard case .object(let members) = identity, case .string(let fingerprint) = members["fingerprint"] else {
      throw ToolError("no fingerprint", remedy: "look at keys create", exitCode: .inputRefused)
    }
    _ = try run(
      "evidence",
      [
        "trust", "add", "--trust", folder + "/trust.json", "--site", "cleveland", "--fingerprint",
        fingerprint,
      ])
    let site = Self.example + "/sites/cleveland"
    return try run(
      "site-agent",
      [
        "dataset", "profile", "--data", site + "/data.csv", "--declaration", site + "/dataset.json",
        "--protocol", Self.example + "/protocol.json", "--model", Self.example + "/lr.json", "--features",
        Self.example + "/features.json", "--keys", folder + "/keys", "--out", folder + "/reference", "--json",
      ] + (policy.map { ["--policy", "\(site)/\($0)"] } ?? []))
  }

  /// Writes the example's protocol with the drift section that the command made.
  private func writeProtocol(_ folder: String, _ change: (String) -> String = { $0 }) throws {
    func document(_ path: String) throws -> JSONValue {
      try parseCanonicalJSON(
        readFile(path, maximumBytes: JSONLimits.protocolDocument.maximumBytes), limits: .protocolDocument)
    }
    guard case .object(var members) = try document(Self.example + "/protocol.json") else { return }
    members["drift"] = try document(folder + "/reference/drift.json")
    let text = String(decoding: encodeCanonicalJSON(.object(members)), as: UTF8.self)
    try writeFileAtomically(Array(change(text).utf8), to: folder + "/protocol.json")
  }

  private func lint(_ folder: String, trust: Bool = true) throws -> Outcome {
    try run(
      "evidence",
      [
        "protocol", "lint", folder + "/protocol.json", "--profile",
        folder + "/reference/reference-profile.sigstore.json",
      ] + (trust ? ["--trust", folder + "/trust.json"] : []))
  }

  @Test func whatASiteCountedAndSignedIsConfirmedInTheProtocol() throws {
    try withTemporaryDirectory { folder in
      let made = try makeReference(in: folder)
      #expect(made.code == 0, "\(made.errors)")
      #expect(made.output.contains("\"withheld\":[]"))
      #expect(
        try listFiles(below: folder + "/reference") == [
          "dataset-release.json", "drift.json", "reference-profile.json", "reference-profile.sigstore.json",
          "root.pem",
        ])
      try writeProtocol(folder)
      let confirmed = try lint(folder)
      #expect(confirmed.code == 0, "\(confirmed.errors)")
      #expect(confirmed.output.contains("counted on its dataset heart-disease-cleveland"))
      #expect(confirmed.output.contains("no count is of fewer than 3"))
    }
  }

  @Test func aChangedCountIsRefusedAndNothingIsWritten() throws {
    try withTemporaryDirectory { folder in
      _ = try makeReference(in: folder)
      try writeProtocol(folder) { $0.replacingOccurrences(of: "[126,48,41,88]", with: "[126,48,42,88]") }
      let refused = try lint(folder)
      #expect(refused.code == 4)
      #expect(refused.errors.contains("is not what was signed") && refused.errors.contains("hint: "))
      #expect(refused.output.isEmpty)
    }
  }

  @Test func anotherCodeOfALevelIsRefused() throws {
    try withTemporaryDirectory { folder in
      _ = try makeReference(in: folder)
      try writeProtocol(folder) { $0.replacingOccurrences(of: "[\"female\"]", with: "[\"F\"]") }
      let refused = try lint(folder)
      #expect(refused.code == 4)
      #expect(refused.errors.contains("slices"))
    }
  }

  @Test func whoIsNotPinnedIsNotBelieved() throws {
    try withTemporaryDirectory { folder in
      _ = try makeReference(in: folder)
      try writeProtocol(folder)
      let refused = try lint(folder, trust: false)
      #expect(refused.code == 5)
      #expect(refused.errors.contains("cleveland") && refused.errors.contains("evidence trust add"))
    }
  }

  @Test func theDefaultMinimumPutsSmallCellsTogether() throws {
    try withTemporaryDirectory { folder in
      let made = try makeReference(in: folder, policy: nil)
      #expect(made.code == 0, "\(made.errors)")
      #expect(made.output.contains("\"minimumCell\":11"))
      let section = String(
        decoding: try readFile(folder + "/reference/drift.json", maximumBytes: 1 << 20), as: UTF8.self)
      // Four rows had the value 1; no count of them is left.
      #expect(section.contains(#"{"counts":[151,152,0],"id":"restecg","levels":["0"],"of":"column"}"#))
      try writeProtocol(folder)
      #expect(try lint(folder).code == 0)
    }
  }

  @Test func helpFitsOneScreen() throws {
    for (tool, words) in [("site-agent", ["dataset", "profile"]), ("evidence", ["protocol", "lint"])] {
      let help = try run(tool, words + ["--help"])
      #expect(help.code == 0)
      #expect(help.output.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
      #expect(help.output.contains("example"))
    }
  }
}
