import Glibc

/// The scale on which estimates of several sites are about normal, and the way back.
package enum EstimationScale: Sendable {
  /// The estimate itself.
  case identity
  /// The natural logarithm, for ratios.
  case log
  /// The log odds, for proportions.
  case logit

  /// The value on this scale of a number on its natural scale.
  package func forward(_ value: Double) -> Double {
    switch self {
    case .identity: value
    case .log: Glibc.log(value)
    case .logit: Statistics.logit(value)
    }
  }

  /// The number on its natural scale of a value on this scale.
  package func inverse(_ value: Double) -> Double {
    switch self {
    case .identity: value
    case .log: Glibc.exp(value)
    case .logit: expit(value)
    }
  }
}
