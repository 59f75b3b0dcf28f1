import Cryptography
import EvaluationProtocols
import StudyFixtures
import TestSupport
import Testing

/// What `scripts/demo` does to the protocols of the synthetic example before it publishes them.
@Suite struct DemoProtocolTests {
  private static let keys = (1...3).map { Digest(of: [UInt8($0)]) }

  private func filled(_ name: String, previous: Digest? = nil) throws -> EvaluationProtocol {
    var text = String(decoding: try SyntheticStudy.file(name), as: UTF8.self)
    for (index, key) in Self.keys.enumerated() {
      text = text.replacing("sha256:" + String(repeating: "\(index + 1)", count: 64), with: key.text)
    }
    if let previous {
      text = text.replacing("sha256:" + String(repeating: "0", count: 64), with: previous.text)
    }
    return try EvaluationProtocol.parse(Array(text.utf8))
  }

  @Test func reviewersKeysReplaceWhatStandsForThem() throws {
    let first = try filled("protocol.json")
    for phase in first.phases.dropLast() {
      #expect(phase.signOffs.map(\.fingerprint) == Self.keys)
    }
    #expect(first.phases.map(\.name) == [.silent, .limited, .broad])
  }

  @Test func secondVersionFollowsTheFirstAndReturnsTheStudyToSilent() throws {
    let first = try filled("protocol.json")
    let second = try filled("protocol-2.json", previous: first.digest)
    #expect(second.amendment?.previous == first.digest)
    #expect(second.amendmentEffect(from: first) != .keepsPhase)
    #expect(second.model.artifact == Digest(of: try SyntheticStudy.file("model-2.json")))
    #expect(first.model.artifact == Digest(of: try SyntheticStudy.file("model.json")))
  }

  @Test func everyPhaseStopsAtEveryLookAndInTheNewestMonth() throws {
    for version in 1...2 {
      for phase in try SyntheticStudy.evaluationProtocol(version: version).phases {
        #expect(phase.stopCriteria.contains { $0.looks == .alwaysValid })
        #expect(phase.stopCriteria.contains { $0.window == .newest })
      }
    }
  }
}
