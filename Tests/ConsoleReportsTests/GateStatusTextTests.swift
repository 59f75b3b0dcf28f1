import ConsoleReports
import CoordinatorAPI
import EvaluationProtocols
import Gates
import ServiceRuntime
import StudyFixtures
import Testing

/// The terminal page of `gate status`.
@Suite struct GateStatusTextTests {
  private func status(_ told: DeteriorationStory) throws -> GateStatusDocument {
    let story = told.story
    let state = try story.state()
    let facts = ReviewFacts(
      history: story.history, state: state, protocols: story.protocols, result: told.result, now: story.clock)
    return GateStatusDocument(
      facts, state: state, evaluationProtocol: story.evaluationProtocol, head: story.history.head,
      now: story.clock)
  }

  private static let held = Result { try DeteriorationStory() }

  private func page(_ told: DeteriorationStory) throws -> [String] {
    GateStatusText(try status(told)).lines.map(\.plain)
  }

  @Test func aHeldStudySaysFirstThatItIsHeldAndWhoIsWaitedFor() throws {
    let lines = try page(Self.held.get())
    #expect(lines[1].contains("HELD in limited: nothing is shown anywhere"))
    #expect(lines.contains { $0.contains("STOP NOT CONFIRMED at central") })
    #expect(lines.contains { $0.contains("DRILL, closed") })
    #expect(lines.contains { $0.contains("[correctiveAction]") })
  }

  @Test func nothingMovesTheCursorAndLinesFit() throws {
    let lines = try page(Self.held.get())
    #expect(lines.allSatisfy { line in !line.unicodeScalars.contains { $0.value < 0x20 } })
    // Tables are as wide as their cells; sentences are broken.
    #expect(lines.filter { $0.hasPrefix("  - ") || $0.hasPrefix("    ") }.allSatisfy { $0.count <= 112 })
    #expect((40...85).contains(lines.count), "\(lines.count)")
  }

  @Test func whoHasToSignStandsInATableWithItsWord() throws {
    let told = try DeteriorationStory(untilReview: true)
    let lines = try page(told)
    #expect(lines.contains { $0.hasPrefix("  clinical sponsor  Dr. Asta Berg") && $0.contains("abstained") })
    #expect(lines.contains { $0.hasPrefix("  statistician") && $0.contains("not signed") })
    #expect(
      lines.contains { $0.contains("\u{201C}I have reviewed the evidence named here and give no decision") })
    #expect(lines.contains { $0.contains("Waits for the gate into limited") })
    #expect((35...70).contains(lines.count), "\(lines.count)")
  }
}
