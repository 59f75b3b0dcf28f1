import Evidence
import Foundation
import ServiceRuntime
import StudyFixtures
import TestSupport
import Testing

/// The three tools as processes: a wrong file gets one sentence, a remedy and the documented exit code, and
/// nothing is left half-written.
@Suite struct CommandLineTests {
  private func run(_ tool: String, _ arguments: [String]) throws -> Outcome {
    try Programs.run(tool, arguments)
  }

  private static let example = HeartDiseaseStudy.folder

  private func evaluate(
    out: String, site: String = "budapest", protocolFile: String = example + "/protocol.json",
    model: String = example + "/lr.json", features: String = example + "/features.json",
    data: String = example + "/sites/budapest/data.csv",
    dataset: String = example + "/sites/budapest/dataset.json",
    policy: String = example + "/sites/budapest/policy.json"
  ) throws -> Outcome {
    try run(
      "site-agent",
      [
        "evaluate", "--protocol", protocolFile, "--model", model, "--features", features, "--data", data,
        "--dataset", dataset, "--policy", policy, "--site", site, "--out", out,
      ])
  }

  @Test func everyToolHasOneScreenOfHelpAndAVersion() throws {
    for tool in ["site-agent", "coordinator", "evidence"] {
      let help = try run(tool, ["--help"])
      #expect(help.code == 0)
      #expect(help.output.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
      #expect(help.output.contains("usage"))
      #expect(try run(tool, ["--version"]).output.hasPrefix(tool + " 0.1.0"))
      #expect(try run(tool, ["no-such-command"]).code == 2)
    }
  }

  @Test func evaluationWritesFiveFilesAndSaysWhatSurvives() throws {
    try withTemporaryDirectory { folder in
      let outcome = try evaluate(out: folder + "/out")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("survives: "))
      #expect(outcome.output.contains("number of different patients: "))
      #expect(outcome.output.contains("at the default minimum of 11"))
      #expect(
        try listFiles(below: folder + "/out") == [
          "aggregate.json", "context.json", "dataset-release.json", "intake-report.json",
          "local-aggregate.json",
        ])
    }
  }

  @Test func siteThatTheProtocolDoesNotListIsRefused() throws {
    try withTemporaryDirectory { folder in
      let outcome = try evaluate(out: folder + "/out", site: "nowhere")
      #expect(outcome.code == 3)
      #expect(outcome.errors.contains("nowhere"))
      #expect(outcome.errors.contains("hint: "))
      #expect(try listDirectory(folder).isEmpty)
    }
  }

  @Test func anotherModelThanTheProtocolNamesIsADigestError() throws {
    try withTemporaryDirectory { folder in
      let changed = folder + "/lr.json"
      let text = String(decoding: try HeartDiseaseStudy.file("lr.json"), as: UTF8.self)
      try writeFileAtomically(Array(text.replacingOccurrences(of: "56.0", with: "57.0").utf8), to: changed)
      let outcome = try evaluate(out: folder + "/out", model: changed)
      #expect(outcome.code == 4)
      #expect(outcome.errors.contains("model artifact"))
      #expect(try listDirectory(folder).map(\.name) == ["lr.json"])
    }
  }

  @Test func identifierInAnyColumnIsRefusedByColumnAndKind() throws {
    try withTemporaryDirectory { folder in
      let data = folder + "/data.csv"
      let text = String(decoding: try HeartDiseaseStudy.file("sites/budapest/data.csv"), as: UTF8.self)
      let lines = text.split(separator: "\n").enumerated().map { index, line in
        line + (index == 0 ? ",seen_by" : index == 5 ? ",m.person@example.org" : ",")
      }
      try writeFileAtomically(Array((lines.joined(separator: "\n") + "\n").utf8), to: data)
      let outcome = try evaluate(out: folder + "/out", data: data)
      #expect(outcome.code == 3)
      #expect(outcome.errors.contains("column seen_by: e-mail addresses (Safe Harbor kind F) in all of"))
      #expect(outcome.errors.contains("hint: "))
      #expect(!outcome.errors.contains("person") && !outcome.output.contains("person"))
      #expect(try listDirectory(folder).map(\.name) == ["data.csv"])
    }
  }

  @Test func missingColumnIsNamedBeforeAnythingIsWritten() throws {
    try withTemporaryDirectory { folder in
      let data = folder + "/data.csv"
      let text = String(decoding: try HeartDiseaseStudy.file("sites/budapest/data.csv"), as: UTF8.self)
      try writeFileAtomically(Array(text.replacingOccurrences(of: "thalach", with: "pulse").utf8), to: data)
      let outcome = try evaluate(out: folder + "/out", data: data)
      #expect(outcome.code == 3)
      #expect(outcome.errors.contains("thalach"))
      #expect(try listDirectory(folder).map(\.name) == ["data.csv"])
    }
  }

  @Test func tooManyUnreadableRowsAreRefusedWithoutACell() throws {
    try withTemporaryDirectory { folder in
      let data = folder + "/data.csv"
      var text = String(decoding: try HeartDiseaseStudy.file("sites/budapest/data.csv"), as: UTF8.self)
      for _ in 0..<10 { text += "BUD-9999,secret-cell\n" }
      try writeFileAtomically(Array(text.utf8), to: data)
      let outcome = try evaluate(out: folder + "/out", data: data)
      #expect(outcome.code == 3)
      #expect(!outcome.errors.contains("secret-cell"))
      #expect(!outcome.errors.contains("BUD-9999"))
      #expect(outcome.errors.contains("0.01"))
    }
  }

  @Test func loweredMinimumNeedsAPersonAndIsRefusedForClinicalData() throws {
    try withTemporaryDirectory { folder in
      let policy = folder + "/policy.json"
      try writeFileAtomically(
        Array(#"{"format":"urn:equipoise:site-policy:v1","minimumCell":3}"#.utf8), to: policy)
      #expect(try evaluate(out: folder + "/out", policy: policy).errors.contains("person"))
      let dataset = folder + "/dataset.json"
      let text = String(decoding: try HeartDiseaseStudy.file("sites/budapest/dataset.json"), as: UTF8.self)
      try writeFileAtomically(
        Array(text.replacingOccurrences(of: "public", with: "clinical").utf8), to: dataset)
      let outcome = try evaluate(out: folder + "/out", dataset: dataset)
      #expect(outcome.code == 3)
      #expect(outcome.errors.contains("clinical"))
    }
  }

  @Test func protocolWithAnUnknownFieldIsRefusedByName() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/protocol.json"
      let text = String(decoding: try HeartDiseaseStudy.file("protocol.json"), as: UTF8.self)
      try writeFileAtomically(
        Array(text.replacingOccurrences(of: "\"fallback\":", with: "\"fallbck\":").utf8), to: path)
      let outcome = try run("evidence", ["protocol", "lint", path])
      #expect(outcome.code == 3)
      #expect(outcome.errors.contains("fallb"))
    }
  }

  @Test func looseKeyFilesAreRefusedWithTheRemedy() throws {
    try withTemporaryDirectory { folder in
      let keys = folder + "/keys"
      #expect(try run("site-agent", ["keys", "create", "--site", "budapest", "--directory", keys]).code == 0)
      #expect(chmod(keys + "/leaf.key", 0o644) == 0)
      let outcome = try run("site-agent", ["status", "--directory", keys])
      #expect(outcome.code != 0)
      #expect(outcome.errors.contains("chmod 600"))
    }
  }

  @Test func keysAreNotOverwritten() throws {
    try withTemporaryDirectory { folder in
      let keys = folder + "/keys"
      let first = try run("site-agent", ["keys", "create", "--site", "budapest", "--directory", keys])
      let second = try run("site-agent", ["keys", "create", "--site", "budapest", "--directory", keys])
      #expect(first.code == 0)
      #expect(second.code != 0)
      let status = try run("site-agent", ["status", "--directory", keys])
      let fingerprint = try #require(first.output.split(separator: "\n").first)
      #expect(status.output.contains(fingerprint))
    }
  }

  @Test func trustFileKeepsThePinThatItHas() throws {
    try withTemporaryDirectory { folder in
      let trust = folder + "/trust.json"
      func pin(_ digit: String) throws -> Outcome {
        try run(
          "evidence",
          [
            "trust", "add", "--trust", trust, "--site", "north", "--fingerprint",
            String(repeating: digit, count: 64),
          ])
      }
      #expect(try pin("a").code == 0)
      #expect(try pin("a").code == 0)
      let other = try pin("b")
      #expect(other.code == 3)
      #expect(other.errors.contains("pinned"))
    }
  }

  @Test func verifyExplainsAFileThatIsNoBundle() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/x.evb.zip"
      try writeFileAtomically(Array("not a bundle".utf8), to: path)
      let outcome = try run("evidence", ["verify", path, "--json"])
      #expect(outcome.code == 3)
      #expect(outcome.output.contains("\"level\":\"E0\""))
      #expect(try run("evidence", ["verify", folder + "/missing.zip"]).code == 3)
    }
  }

  @Test func verifyWithoutAPinnedSiteIsNotVerifiableHere() throws {
    let study = try HeartDiseaseStudy.shared()
    try withTemporaryDirectory { folder in
      let bundle = folder + "/b.evb.zip"
      try writeFileAtomically(study.bundle.bytes, to: bundle)
      let outcome = try run("evidence", ["verify", bundle])
      #expect(outcome.code == 5)
      #expect(outcome.output.contains("E1: "))
      #expect(outcome.output.contains("budapest is not in the trust file"))
    }
  }
}
