import CanonicalJSON
import EvaluationProtocols
import Testing

@Suite struct WindowPlanTests {
  @Test(
    "windows are half-open, and what lies outside is in none",
    arguments: [
      ("2024-12-31T23:59:59Z", nil), ("2025-01-01T00:00:00Z", 0), ("2025-03-31T23:59:59Z", 0),
      ("2025-04-01T00:00:00Z", 1), ("2025-06-30T23:59:59Z", 1), ("2025-07-01T00:00:00Z", nil),
    ])
  func assignment(time: String, window: Int?) throws {
    guard case .dated(_, let windows) = try ProtocolVectors.full().windows else {
      Issue.record("the vector is dated")
      return
    }
    #expect(WindowPlan.index(of: try UTCTime(parsing: time), in: windows) == window)
  }

  @Test func anUndatedStudyHasOneWindow() throws {
    #expect(try ProtocolVectors.small().windows.ids == ["undated"])
  }
}
