import Aggregates
import EvaluationProtocols
import Glibc
import ServiceRuntime
import SiteEvaluation
import StudyFixtures
import Submissions
import Synthesis
import TestSupport
import Testing

/// The same bytes whatever the order of rows and sites, and however the rows are cut into files.
@Suite struct InvarianceTests {
  let study: HeartDiseaseStudy

  init() throws { study = try HeartDiseaseStudy.shared() }

  private func lines(of site: String) throws -> (header: String, rows: [String]) {
    let text = String(decoding: try HeartDiseaseStudy.file("sites/\(site)/data.csv"), as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    return (try #require(lines.first), Array(lines.dropFirst()))
  }

  private func write(_ rows: [String], header: String, to path: String) throws {
    try writeFileAtomically(Array((([header] + rows).joined(separator: "\n") + "\n").utf8), to: path)
  }

  @Test("row order does not matter", arguments: ["budapest", "long-beach"])
  func rowOrderDoesNotMatter(site: String) throws {
    let (header, rows) = try lines(of: site)
    let expected = try #require(study.evaluations[site])
    var generator = SeededGenerator(seed: 7)
    try withTemporaryDirectory { folder in
      let path = folder + "/shuffled.csv"
      try write(rows.shuffled(using: &generator), header: header, to: path)
      let shuffled = try HeartDiseaseStudy.evaluate(site, data: [path], under: study.evaluationProtocol)
      #expect(shuffled.releasable.bytes == expected.releasable.bytes)
    }
  }

  @Test func splitFilesGiveTheSameBytes() throws {
    let (header, rows) = try lines(of: "budapest")
    let expected = try #require(study.evaluations["budapest"])
    try withTemporaryDirectory { folder in
      let paths = [folder + "/a.csv", folder + "/b.csv"]
      try write(Array(rows[..<100]), header: header, to: paths[0])
      try write(Array(rows[100...]), header: header, to: paths[1])
      let split = try HeartDiseaseStudy.evaluate("budapest", data: paths, under: study.evaluationProtocol)
      #expect(split.releasable.bytes == expected.releasable.bytes)
    }
  }

  @Test func columnOrderDoesNotMatter() throws {
    let (header, rows) = try lines(of: "budapest")
    let expected = try #require(study.evaluations["budapest"])
    func reversed(_ line: String) -> String {
      line.split(separator: ",", omittingEmptySubsequences: false).reversed().joined(separator: ",")
    }
    try withTemporaryDirectory { folder in
      let path = folder + "/reversed.csv"
      try write(rows.map(reversed), header: reversed(header), to: path)
      let result = try HeartDiseaseStudy.evaluate("budapest", data: [path], under: study.evaluationProtocol)
      #expect(result.releasable.bytes == expected.releasable.bytes)
    }
  }

  @Test func siteOrderDoesNotMatter() throws {
    let checked = try study.submissions.values.sorted { $0.site < $1.site }.map {
      try CheckedAggregate.parse($0.aggregate, under: study.evaluationProtocol)
    }
    let forwards = try merge(checked, under: study.evaluationProtocol).encode()
    let backwards = try merge(checked.reversed(), under: study.evaluationProtocol).encode()
    #expect(forwards.map(\.path) == backwards.map(\.path))
    #expect(forwards.map(\.bytes) == backwards.map(\.bytes))
  }
}

/// SplitMix64: enough to shuffle, the same everywhere.
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
