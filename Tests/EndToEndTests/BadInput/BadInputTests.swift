import Cryptography
import Foundation
import StudyFixtures
import TestSupport
import Testing

/// `site-agent evaluate` on what no hospital and no vendor should send: one sentence, what to do, the documented exit
/// code, nothing left behind, and memory that does not grow with what is claimed.
@Suite(.enabled(if: OtherProgram.path("gzip") != nil, "needs gzip"))
struct BadInputTests {
  private static let example = HeartDiseaseStudy.folder
  private static let site = example + "/sites/budapest"
  /// The address sanitizer reserves more than any limit.
  private static let isSanitized = ProcessInfo.processInfo.environment["LSAN_OPTIONS"] != nil

  private func evaluate(
    _ data: String = HostileTable.good, protocolFile: String = example + "/protocol.json",
    model: String = example + "/lr.json", out: String
  ) throws -> Outcome {
    let command = [
      Programs.tools + "/site-agent", "evaluate", "--protocol", protocolFile, "--model", model,
      "--features", Self.example + "/features.json", "--data", data, "--dataset", Self.site + "/dataset.json",
      "--policy", Self.site + "/policy.json", "--site", "budapest", "--out", out,
    ]
    // Half a gibibyte of address space, libraries included.
    let limit = Self.isSanitized ? "" : "ulimit -v 524288; "
    // Rows are frozen in the folder for temporary files, so that what is left of them is found beside `out`.
    return try Programs.run(
      "bash", ["-c", limit + #"exec "$@""#, "evaluate"] + command,
      environment: ["TMPDIR": URL(filePath: out).deletingLastPathComponent().path])
  }

  private func expectOneSentence(_ outcome: Outcome, _ sentence: String, code: Int32 = 3) {
    #expect(outcome.code == code, "\(outcome.errors.prefix(500))")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 2, "\(outcome.errors.prefix(500))")
    #expect(
      lines.first?.hasPrefix("site-agent: ") == true && lines.first?.contains(sentence) == true,
      "\(outcome.errors.prefix(500))")
    #expect(lines.last?.hasPrefix("  hint: ") == true)
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: HostileTable.all)
  func badTableIsRefusedAndLeavesNothing(table: HostileTable) throws {
    try withTemporaryDirectory { folder in
      try table.write(to: folder + "/data")
      let outcome = try evaluate(folder + "/data", out: folder + "/out")
      expectOneSentence(outcome, table.sentence)
      #expect(try folderNames(folder) == ["data"])
    }
  }

  @Test(arguments: HostileModel.all)
  func badModelIsRefusedAndLeavesNothing(model: HostileModel) throws {
    try withTemporaryDirectory { folder in
      let bytes = try model.bytes()
      try Data(bytes).write(to: URL(filePath: folder + "/model"))
      try Data(protocolBytes(ofTrees: bytes)).write(to: URL(filePath: folder + "/protocol.json"))
      let outcome = try evaluate(
        protocolFile: folder + "/protocol.json", model: folder + "/model", out: folder + "/out")
      expectOneSentence(outcome, model.sentence)
      #expect(try folderNames(folder) == ["model", "protocol.json"])
    }
  }

  @Test func goodTableIsTakenUnderTheSameLimits() throws {
    try withTemporaryDirectory { folder in
      let outcome = try evaluate(out: folder + "/out")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("rows were scored again in another order: the same bits"))
    }
  }

  @Test func oddLabelIsToldAndCountsAsNone() throws {
    try withTemporaryDirectory { folder in
      let good = String(decoding: try fileBytes(HostileTable.good), as: UTF8.self)
      var isFirst = true
      let bytes = HostileTable.changing("label", in: good) { label in
        defer { isFirst = false }
        return isFirst ? "2" : label
      }
      try Data(bytes).write(to: URL(filePath: folder + "/data"))
      let outcome = try evaluate(folder + "/data", out: folder + "/out")
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains("some labels are neither listed in the protocol nor empty"))
    }
  }

  @Test func recordedScoreThatIsNoNumberIsNoScore() throws {
    let artifact = Array(
      #"{"format": "recorded-score", "version": 1, "column": "oldpeak", "system": "made up"}"#.utf8)
    try withTemporaryDirectory { folder in
      try Data(artifact).write(to: URL(filePath: folder + "/model"))
      let text = String(decoding: try protocolBytes(of: "recordedScore", artifact), as: UTF8.self)
      // A recorded score has no inputs, to be made or to be explained.
      let plain = text.replacing(/"features":"sha256:[0-9a-f]{64}",/, with: "")
        .replacing(/"analysis":\{"explanation":\{.*?\}\},/, with: "")
      try Data(plain.utf8)
        .write(to: URL(filePath: folder + "/protocol.json"))
      let good = String(decoding: try fileBytes(HostileTable.good), as: UTF8.self)
      var number = 0
      let bytes = HostileTable.changing("oldpeak", in: good) { _ in
        number += 1
        return ["nan", "inf", "0x1p-1", "1e400", "0.25"][number % 5]
      }
      try Data(bytes).write(to: URL(filePath: folder + "/data"))
      let outcome = try Programs.run(
        "site-agent",
        [
          "evaluate", "--protocol", folder + "/protocol.json", "--model", folder + "/model", "--data",
          folder + "/data", "--dataset", Self.site + "/dataset.json", "--policy", Self.site + "/policy.json",
          "--site", "budapest", "--out", folder + "/out",
        ])
      // Four rows in five have no usable score; whoever refuses the column may do so, but nobody counts them.
      #expect(outcome.code == 0 || outcome.code == 3, "\(outcome.errors)")
      if outcome.code == 3 { #expect(outcome.errors.contains("oldpeak"), "\(outcome.errors)") }
      #expect(outcome.code != 0 || outcome.output.contains("score"))
    }
  }

  private func protocolBytes(ofTrees model: [UInt8]) throws -> [UInt8] {
    try protocolBytes(of: "treeEnsemble", model)
  }

  /// The example's protocol with another model.
  private func protocolBytes(of kind: String, _ model: [UInt8]) throws -> [UInt8] {
    let text = String(decoding: try HeartDiseaseStudy.file("protocol.json"), as: UTF8.self)
    let artifact = Digest(of: try HeartDiseaseStudy.file("lr.json"))
    return Array(
      text.replacing(artifact.text, with: Digest(of: model).text)
        .replacing("logisticRegression", with: kind).utf8)
  }
}
