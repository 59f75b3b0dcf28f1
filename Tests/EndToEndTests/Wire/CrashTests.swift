import Foundation
import TestSupport
import Testing

/// The program that ends processes at their calls.
private enum CrashPoints {
  static let script = Repository.path("Tests/EndToEndTests/Wire/crash_points.py")

  /// Whether a process of ours can be stopped at its calls here: ptrace and seccomp are not allowed everywhere.
  static let canTrace = (try? OtherProgram.run("python3", [script, "--probe"]).status) == 0
}

/// Coordinator and agent are ended with SIGKILL at their writes, syncs and sends, started again, and nothing that
/// was acknowledged is lost, nothing is counted twice, and what was begun is ended.
///
/// A sample of the points; `scripts/test --full` tries every one. SIGKILL is not a power cut: what the kernel had
/// not yet brought to the disk survives it.
@Suite(
  .serialized,
  .enabled(if: CrashPoints.canTrace, "python3 is missing, or processes may not be traced on this machine"))
struct CrashTests {
  @Test(
    "ended anywhere and started again, nothing is lost and nothing counts twice",
    arguments: [("round", 3), ("gates", 2), ("join", 1), ("person", 1), ("renewal", 1)])
  func everyEndIsSurvived(scenario: String, points: Int) throws {
    let tools = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
    let result = try OtherProgram.run(
      "python3",
      [CrashPoints.script, "--tools", tools, "--scenario", scenario, "--sample", "\(points)", "--verbose"])
    #expect(result.status == 0, "\(result.output.suffix(4000))")
    // Of the coordinator and of an agent.
    #expect(result.output.hasSuffix("\n\(2 * points) points, 0 failures in all\n"))
  }
}
