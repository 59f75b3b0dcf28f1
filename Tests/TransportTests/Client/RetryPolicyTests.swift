import Testing

@testable import Transport

@Suite struct RetryPolicyTests {
  private let policy = RetryPolicy(base: .seconds(2), cap: .seconds(60))

  @Test(
    "the ceiling doubles up to the cap",
    arguments: [(0, 2), (1, 4), (4, 32), (5, 60), (63, 60), (Int.max, 60), (-1, 2)])
  func ceilingDoubles(attempt: Int, seconds: Int) {
    #expect(policy.delay(attempt: attempt, random: 1) == .seconds(seconds))
  }

  @Test func jitterIsFull() {
    #expect(policy.delay(attempt: 3, random: 0) == .zero)
    #expect(policy.delay(attempt: 3, random: 0.25) == .seconds(4))
    #expect(policy.delay(attempt: 3, random: .nan) == .seconds(16))
    #expect(policy.delay(attempt: 3, random: -1) == .zero)
    #expect(policy.delay(attempt: 3, random: 7) == .seconds(16))
  }

  @Test func retryAfterIsTheLeastAndBounded() {
    #expect(policy.delay(attempt: 0, random: 0, retryAfter: .seconds(30)) == .seconds(30))
    #expect(policy.delay(attempt: 0, random: 0.5, retryAfter: .seconds(30)) == .seconds(31))
    #expect(policy.delay(attempt: 9, random: 1, retryAfter: .seconds(999_999_999)) == .seconds(120))
    #expect(policy.delay(attempt: 0, random: 0, retryAfter: .seconds(-5)) == .zero)
  }

  @Test func defaultsAreThoseOfTheDesign() {
    #expect(RetryPolicy().cap == .seconds(15 * 60))
    #expect(RetryPolicy(base: .seconds(9000)).base == .seconds(900))
  }

  @Test(arguments: [408, 425, 429, 500, 502, 503, 504]) func statusMayChange(status: Int) {
    #expect(RetryPolicy.isRetryable(status: status))
  }

  @Test(arguments: [200, 302, 400, 401, 403, 404, 409, 413, 422, 501, 505, 600, -1])
  func statusIsFinal(status: Int) {
    #expect(!RetryPolicy.isRetryable(status: status))
  }

  private func taken(_ budget: inout RetryBudget, _ count: Int) -> [Bool] {
    var results: [Bool] = []
    for _ in 0..<count { results.append(budget.takeRetry()) }
    return results
  }

  @Test func budgetEndsAndIsEarnedBack() {
    var budget = RetryBudget(reserve: 2, requestsPerRetry: 3)
    #expect(taken(&budget, 3) == [true, true, false])
    budget.recordRequest()
    budget.recordRequest()
    #expect(taken(&budget, 1) == [false])
    budget.recordRequest()
    #expect(taken(&budget, 2) == [true, false])
    for _ in 0..<1000 { budget.recordRequest() }
    #expect(taken(&budget, 3) == [true, true, false])
  }

  @Test(arguments: [
    ("7", Duration.seconds(7)), ("0", .zero), ("-1", nil), ("1.5", nil), ("", nil), ("1234567890", nil),
  ])
  func retryAfterIsWholeSeconds(text: String, expected: Duration?) {
    let response = ClientResponse(status: 503, fields: [("retry-after", text)], body: [])
    #expect(response.retryAfter == expected)
  }
}
