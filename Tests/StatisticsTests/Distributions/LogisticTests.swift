import Testing

@testable import Statistics

@Suite struct LogisticTests {
  @Test func logitUndoesExpit() {
    for x in [-700, -30, -1.5, -1e-12, 0, 1e-9, 0.3, 2, 15] {
      // Near 1 a probability has few digits of its distance from 1 left.
      #expect(isClose(logit(expit(x)), x, x > 10 ? 1e-10 : 1e-14, floor: 1e-15), "x \(x)")
    }
  }

  @Test func oneExponentialGivesWhatFourDo() {
    for x in [-700, -30, -1.5, -1e-12, 0, 1e-9, 0.3, 2, 15] {
      let value = LogisticValue(x)
      #expect(value.probability == expit(x) && value.complement == expit(-x), "x \(x)")
      #expect(isClose(value.negativeLogs.complement - value.negativeLogs.probability, x, 1e-13, floor: 1e-15))
    }
  }

  @Test func extremesStayFinite() {
    #expect(expit(1e6) == 1 && expit(-1e6) == 0)
    #expect(logit(0) == -.infinity && logit(1) == .infinity && logit(0.5) == 0)
    let certain = LogisticValue(1e6).negativeLogs
    let hopeless = LogisticValue(-1e6).negativeLogs
    #expect(certain.probability == 0 && certain.complement == 1e6)
    #expect(hopeless.probability == 1e6 && hopeless.complement == 0)
    #expect(logit(1.5).isNaN && logit(-0.5).isNaN)
  }
}
