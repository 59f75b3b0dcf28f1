import Statistics
import Testing

@Suite struct LogisticTests {
  @Test func logitUndoesExpit() {
    for x in [-700, -30, -1.5, -1e-12, 0, 1e-9, 0.3, 2, 15] {
      // Near 1 a probability has few digits of its distance from 1 left.
      #expect(isClose(logit(expit(x)), x, x > 10 ? 1e-10 : 1e-14, floor: 1e-15), "x \(x)")
    }
  }

  @Test func extremesStayFinite() {
    #expect(expit(1e6) == 1 && expit(-1e6) == 0)
    #expect(logit(0) == -.infinity && logit(1) == .infinity && logit(0.5) == 0)
    #expect(softplus(1e6) == 1e6 && softplus(-1e6) == 0)
    #expect(logit(1.5).isNaN && logit(-0.5).isNaN)
  }
}
