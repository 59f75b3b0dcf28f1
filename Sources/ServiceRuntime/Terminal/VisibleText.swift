/// Text from outside, fit for one line of a terminal: whatever could move the cursor, start an escape
/// sequence, reorder the line or hide in it is written as `\u{1b}`.
///
/// That is every scalar of the categories control, format, line and paragraph separator, private use and
/// unassigned; among them are newline, bidirectional overrides and zero-width characters.
package func visible(_ text: String) -> String {
  guard !text.unicodeScalars.allSatisfy(isVisible) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if isVisible(scalar) {
      result.unicodeScalars.append(scalar)
    } else {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
  return result
}

private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
  if (0x20...0x7E).contains(scalar.value) { return true }
  return switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
  default: true
  }
}
