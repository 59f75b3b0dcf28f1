// The system-programming interface of the standard library is used for one thing: its normalisation form C
// of a string. Nothing else on the platform gives it without Foundation. Should a later toolchain take it
// away, this line stops compiling; no document can be read differently.
@_spi(_Unicode) import Swift

/// Why a code point is kept out of documents.
package enum TextRule: String, Sendable {
  /// C0, C1 and DEL.
  case control = "a control character"
  /// Bidirectional controls, joiners, tags, variation selectors, fillers.
  case invisible = "an invisible or direction-changing character"
  /// U+2028 and U+2029.
  case separator = "a line or paragraph separator"
  /// Code points whose meaning two parties would have to agree on first.
  case privateUse = "a private-use character"
  /// Code points that Unicode 15.0 does not define.
  case unassigned = "not assigned in Unicode 15.0"
  /// More combining marks in a row than any language writes.
  case markRun = "one combining mark too many in a row"
}

/// The longest run of combining marks: that of the Stream-Safe Text Format (UAX #15, section 13). Without a
/// bound, putting marks in order costs quadratic time.
private let longestMarkRun = 30

/// Refuses text that another person could not tell from a different text.
///
/// Source: `protocols/json.md`, section "Text". The Unicode version is pinned to 15.0, so that an older and
/// a newer toolchain accept the same documents; normalisation of assigned code points never changes.
func checkText(_ text: String) -> JSONError.Reason? {
  var marks = 0
  for scalar in text.unicodeScalars where scalar.value >= 0x7F {
    if let rule = ruleBroken(by: scalar) { return .forbiddenScalar(scalar.value, rule) }
    marks = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : marks + 1
    if marks > longestMarkRun { return .forbiddenScalar(scalar.value, .markRun) }
  }
  return text.unicodeScalars.elementsEqual(text._nfc) ? nil : .notNormalised
}

private func ruleBroken(by scalar: Unicode.Scalar) -> TextRule? {
  let properties = scalar.properties
  switch properties.generalCategory {
  case .control: return .control
  case .format: return .invisible
  case .lineSeparator, .paragraphSeparator: return .separator
  case .privateUse: return .privateUse
  case .unassigned, .surrogate: return .unassigned
  default: break
  }
  if properties.isDefaultIgnorableCodePoint { return .invisible }
  guard let age = properties.age, (age.major, age.minor) <= (15, 0) else { return .unassigned }
  return nil
}
