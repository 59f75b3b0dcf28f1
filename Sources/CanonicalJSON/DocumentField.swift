/// A value on its way into a type, with the path that an error will name.
package struct DocumentField: Sendable {
  /// The value.
  package let value: JSONValue
  /// Where it stands, such as `sites[1].id`; empty for the whole document.
  package let path: String

  /// A field; the path of a whole document is empty.
  package init(_ value: JSONValue, path: String = "") {
    self.value = value
    self.path = path
  }

  /// An error at this place, for rules that only the caller knows.
  package func error(_ problem: String, remedy: String) -> DocumentError {
    DocumentError(path: path, problem: problem, remedy: remedy)
  }

  /// The value as an object.
  package func object() throws(DocumentError) -> DocumentObject {
    guard case .object(let object) = value else { throw mismatch("an object") }
    return DocumentObject(object, path: path)
  }

  /// The elements of an array with `minimum` to `maximum` of them.
  package func array(maximum: Int, minimum: Int = 0) throws(DocumentError) -> [DocumentField] {
    guard case .array(let elements) = value else { throw mismatch("an array") }
    guard elements.count >= minimum, elements.count <= maximum else {
      throw error(
        "\(elements.count) elements; \(minimum) to \(maximum) are allowed",
        remedy: "give between \(minimum) and \(maximum) elements")
    }
    return elements.enumerated().map { DocumentField($0.element, path: "\(path)[\($0.offset)]") }
  }

  /// Text of `minimum` to `maximum` code points.
  package func string(maximum: Int = 2000, minimum: Int = 1) throws(DocumentError) -> String {
    let text = try text()
    let count = text.unicodeScalars.count
    guard count >= minimum, count <= maximum else {
      throw error(
        "\(count) characters; \(minimum) to \(maximum) are allowed",
        remedy: "write between \(minimum) and \(maximum) characters")
    }
    return text
  }

  /// An identifier, `[a-z0-9][a-z0-9-]{0,62}`.
  package func identifier() throws(DocumentError) -> String {
    let text = try text()
    let isValid = text.utf8.enumerated().allSatisfy { index, byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (byte == 0x2D && index > 0)
    }
    guard isValid, (1...63).contains(text.utf8.count) else {
      throw error(
        "not an identifier",
        remedy: "use 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit")
    }
    return text
  }

  /// A whole number in a range.
  package func integer(in range: ClosedRange<Int>) throws(DocumentError) -> Int {
    guard case .integer(let number) = value else { throw mismatch("an integer") }
    guard let number = Int(exactly: number), range.contains(number) else {
      throw error(
        "an integer outside \(range.lowerBound) to \(range.upperBound)",
        remedy: "write an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// `true` or `false`.
  package func boolean() throws(DocumentError) -> Bool {
    guard case .boolean(let flag) = value else { throw mismatch("true or false") }
    return flag
  }

  /// A threshold, an edge or a limit: the shortest decimal of a binary64, as a string.
  package func decimal() throws(DocumentError) -> ExactDecimal {
    let text = try text(expecting: "a decimal in quotation marks")
    do { return try ExactDecimal(parsing: text) } catch {
      throw self.error(error.description, remedy: error.remedy)
    }
  }

  /// A result: a decimal with exactly `scale` decimals, as a string.
  package func fixed(scale: Int) throws(DocumentError) -> FixedDecimal {
    let text = try text(expecting: "a decimal in quotation marks")
    do { return try FixedDecimal(parsing: text, scale: scale) } catch {
      throw self.error(error.description, remedy: error.remedy)
    }
  }

  /// A time, `YYYY-MM-DDTHH:MM:SSZ`.
  package func time() throws(DocumentError) -> UTCTime {
    let text = try text(expecting: "a time in quotation marks")
    do { return try UTCTime(parsing: text) } catch {
      throw self.error(error.description, remedy: error.remedy)
    }
  }

  /// One of the raw values of an enumeration.
  package func choice<Choice: RawRepresentable & CaseIterable>(
    of _: Choice.Type
  ) throws(DocumentError) -> Choice where Choice.RawValue == String {
    let text = try text()
    guard let choice = Choice.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("not one of \(allowed)", remedy: "write one of \(allowed)")
    }
    return choice
  }

  /// A sum that may exceed 2^53: an integer of up to 128 bits, as a string without plus or leading zeros.
  package func bigInteger() throws(DocumentError) -> Int128 {
    let text = try text(expecting: "an integer in quotation marks")
    guard text.utf8.count <= 40, let number = Int128(text), String(number).hasSameBytes(as: text) else {
      throw error(
        "not a plain integer of at most 128 bits",
        remedy: "write decimal digits with an optional minus, such as \"-12\"")
    }
    return number
  }

  private func text(expecting expected: String = "a string") throws(DocumentError) -> String {
    guard case .string(let text) = value else { throw mismatch(expected) }
    return text
  }

  private func mismatch(_ expected: String) -> DocumentError {
    error("\(value.kind) instead of \(expected)", remedy: "write \(expected)")
  }
}
