import Foundation
import StudyFixtures
import TestSupport
import Testing

/// What a reading that ends early leaves on the disk: nothing.
@Suite struct SnapshotFilesTests {
  private static let example = HeartDiseaseStudy.folder

  private func evaluation(of data: String, out: String) -> [String] {
    let site = Self.example + "/sites/budapest"
    return [
      "evaluate", "--protocol", Self.example + "/protocol.json", "--model", Self.example + "/lr.json",
      "--features", Self.example + "/features.json", "--data", data, "--dataset", site + "/dataset.json",
      "--policy", site + "/policy.json", "--site", "budapest", "--out", out,
    ]
  }

  private static var canMount: Bool {
    (try? OtherProgram.run("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status) == 0
  }

  @Test(.enabled(if: canMount, "needs unshare(1) and the right to mount in a namespace of its own"))
  func fullDiskIsOneSentenceAndLeavesNothing() throws {
    try withTemporaryDirectory { folder throws in
      let small = folder + "/small"
      try FileManager.default.createDirectory(atPath: small, withIntermediateDirectories: false)
      let script = """
        mount -t tmpfs -o size=8k none "$1" && export TMPDIR="$1" && shift && "$@"; code=$?
        ls -A "$TMPDIR"; exit $code
        """
      let outcome = try Programs.run(
        "unshare",
        ["-rm", "sh", "-c", script, "sh", small, Programs.tools + "/site-agent"]
          + evaluation(of: Self.example + "/sites/budapest/data.csv", out: folder + "/out"))
      #expect(outcome.code == 7, "\(outcome.errors)")
      #expect(
        outcome.errors.contains("the disk is full: the snapshot cannot be written in \(small)")
          && outcome.errors.contains("make room there; nothing was left behind"))
      #expect(outcome.output.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["small"])
    }
  }

  @Test func killedReadingLeavesNothing() throws {
    try withTemporaryDirectory { folder throws in
      let lines = String(
        decoding: try fileBytes(Self.example + "/sites/budapest/data.csv"), as: UTF8.self
      ).split(separator: "\n")
      let rows = lines.dropFirst().joined(separator: "\n") + "\n"
      let table = lines[0] + "\n" + String(repeating: rows, count: 2000)
      try Data(table.utf8).write(to: URL(fileURLWithPath: folder + "/big.csv"))
      let scratch = folder + "/scratch"
      try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
      let outcome = try Programs.run(
        "timeout",
        ["-s", "KILL", "0.5", Programs.tools + "/site-agent"]
          + evaluation(of: folder + "/big.csv", out: folder + "/out"),
        environment: ["TMPDIR": scratch])
      #expect(outcome.code != 0, "it was through before it could be killed")
      #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["big.csv", "scratch"])
    }
  }
}
