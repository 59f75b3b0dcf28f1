package import CanonicalJSON
import EvaluationProtocols

extension UTCTime {
  /// `2026-07-20 09:30:00 UTC`.
  package var words: String {
    text.split(separator: "T").joined(separator: " ").dropLast() + " UTC"
  }

  /// `2026-07-20`.
  package var day: String { String(text.prefix(10)) }
}

extension FixedDecimal {
  /// Three decimals, for reading.
  package var short: String { rounded(to: 3).text }
}

extension EvidenceHeadline {
  /// `0.812 (0.790 to 0.834)`.
  package var words: String {
    guard let lower, let upper else { return value.short }
    return "\(value.short) (\(lower.short) to \(upper.short))"
  }

  /// What the number is of.
  package var place: String {
    if let site { return site }
    switch scope {
    case .randomEffects, .newSite: return "mean over sites"
    case .withinSite: return "within sites"
    case .pooledRows, .everySite, .worstSite: return "all rows"
    }
  }
}

extension StudyFact.Change {
  /// The kind in running text.
  package var words: String {
    switch self {
    case .protocolVersion: "protocol"
    case .model: "model"
    case .dataset: "dataset"
    case .mapping: "mapping"
    case .software: "software"
    case .policy: "policy"
    case .workflow: "workflow"
    case .sourceSystem: "source system"
    case .other: "other change"
    }
  }
}

/// A count and its noun: `1 site`, `3 sites`.
package func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
  "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
}

/// A stretch of time as people say it: `41 seconds`, `3 minutes 20 seconds`, `2 hours 5 minutes`, `4 days`.
package func lengthWords(seconds: Int64) -> String {
  let total = max(0, seconds)
  let parts: (large: Int64, one: String, small: Int64, other: String)
  switch total {
  case ..<60: return counted(Int(total), "second")
  case ..<3600: parts = (total / 60, "minute", total % 60, "second")
  case ..<86_400: parts = (total / 3600, "hour", total % 3600 / 60, "minute")
  default: parts = (total / 86_400, "day", total % 86_400 / 3600, "hour")
  }
  let large = counted(Int(parts.large), parts.one)
  return parts.small == 0 ? large : "\(large) \(counted(Int(parts.small), parts.other))"
}

/// A share in per cent with one decimal, rounded half up: `8.1 %`; nil without a whole.
func percentWords(_ part: Int, of whole: Int) -> String? {
  guard whole > 0, part >= 0 else { return nil }
  let tenths = (Int128(part) * 2000 + Int128(whole)) / (Int128(whole) * 2)
  return "\(tenths / 10).\(tenths % 10) %"
}

/// The first few of a list, and how many more there are.
package func shortList(_ texts: [String], most: Int) -> String {
  let shown = texts.prefix(most).joined(separator: ", ")
  return texts.count > most ? "\(shown) and \(texts.count - most) more" : shown
}

extension Criterion.Looks {
  /// The method by name.
  var method: String {
    switch self {
    case .alwaysValid: "always-valid bounds"
    case .alphaSpending(let planned): "alpha spending over \(planned) looks"
    }
  }
}
