/// Why bytes were refused as JSON, and where.
package struct JSONError: Error, Equatable {
  /// The rule that was broken.
  package enum Reason: Equatable, Sendable {
    /// The document has more bytes than its kind may have.
    case tooManyBytes(count: Int, limit: Int)
    /// Containers are nested deeper than allowed.
    case tooDeep(limit: Int)
    /// There are more values than allowed.
    case tooManyValues(limit: Int)
    /// One string or key is longer than allowed.
    case stringTooLong(limit: Int)
    /// The bytes start with a byte order mark.
    case byteOrderMark
    /// The document ends inside a value.
    case unexpectedEnd
    /// A byte that cannot stand here.
    case unexpectedByte(UInt8, expected: String)
    /// Bytes follow the value.
    case trailingBytes
    /// Whitespace in a file that must be in canonical form.
    case whitespace
    /// Keys are not in byte order in a file that must be in canonical form.
    case keyOrder(key: String)
    /// An escape where the canonical form has none, or another spelling of it.
    case needlessEscape
    /// A key appears twice in one object.
    case duplicateKey
    /// A key that is not `[a-z][A-Za-z0-9]*`.
    case keyOutsideProfile
    /// A number with a fraction or an exponent.
    case notAnInteger
    /// A number with a leading zero, or a minus without digits.
    case malformedNumber
    /// Minus zero.
    case negativeZero
    /// An integer beyond 2^53−1 in magnitude.
    case integerOutOfRange
    /// A number text longer than allowed.
    case numberTooLong(limit: Int)
    /// `null`.
    case null
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// Half of a surrogate pair.
    case loneSurrogate
    /// A backslash followed by something JSON does not know.
    case malformedEscape
    /// A control character written as it is.
    case controlCharacter
    /// A code point that no document may hold.
    case forbiddenScalar(UInt32, TextRule)
    /// Text that is not in normalisation form C.
    case notNormalised
  }

  /// The rule that was broken.
  package let reason: Reason
  /// How many bytes stand before the place.
  package let offset: Int
  /// The line of the place, from 1.
  package let line: Int
  /// The byte in its line, from 1.
  package let column: Int

  init(_ reason: Reason, at offset: Int, in bytes: [UInt8]) {
    let place = min(offset, bytes.count)
    var line = 1
    var lineStart = 0
    for index in 0..<place where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    self.reason = reason
    self.offset = place
    self.line = line
    self.column = place - lineStart + 1
  }
}

extension JSONError: CustomStringConvertible {
  /// The rule and the place, never the text found there.
  package var description: String {
    switch reason {
    case .tooManyBytes: reason.description
    default: "line \(line), column \(column) (byte \(offset)): \(reason.description)"
    }
  }

  /// What the author of the file can do.
  package var remedy: String {
    switch reason {
    case .tooManyBytes, .tooDeep, .tooManyValues, .stringTooLong, .numberTooLong:
      "split the content or shorten it; the limits are listed in protocols/json.md"
    case .byteOrderMark, .invalidUTF8: "save the file as UTF-8 without a byte order mark"
    case .unexpectedEnd: "fetch the file again; it looks cut off"
    case .unexpectedByte, .malformedEscape, .malformedNumber, .controlCharacter, .loneSurrogate:
      "correct the JSON at this place"
    case .trailingBytes, .whitespace, .keyOrder, .needlessEscape:
      "write the canonical form (RFC 8785) and sign that; never edit a signed file"
    case .duplicateKey: "keep one of the two members; readers disagree on which one counts"
    case .keyOutsideProfile: "name the key with ASCII letters and digits, starting with a lower-case letter"
    case .notAnInteger, .negativeZero, .integerOutOfRange:
      "write fractions and large numbers as decimal strings"
    case .null: "leave the key out, or write the status object that its format defines"
    case .forbiddenScalar: "remove the character; it can make a text look like another one"
    case .notNormalised: "write the text in Unicode normalisation form C"
    }
  }
}

extension JSONError.Reason {
  /// The stable name of the rule, as the vectors and `protocols/json.md` use it.
  package var rule: String {
    switch self {
    case .tooManyBytes: "tooManyBytes"
    case .tooDeep: "tooDeep"
    case .tooManyValues: "tooManyValues"
    case .stringTooLong: "stringTooLong"
    case .byteOrderMark: "byteOrderMark"
    case .unexpectedEnd: "unexpectedEnd"
    case .unexpectedByte: "unexpectedByte"
    case .trailingBytes: "trailingBytes"
    case .whitespace: "whitespace"
    case .keyOrder: "keyOrder"
    case .needlessEscape: "needlessEscape"
    case .duplicateKey: "duplicateKey"
    case .keyOutsideProfile: "keyOutsideProfile"
    case .notAnInteger: "notAnInteger"
    case .malformedNumber: "malformedNumber"
    case .negativeZero: "negativeZero"
    case .integerOutOfRange: "integerOutOfRange"
    case .numberTooLong: "numberTooLong"
    case .null: "null"
    case .invalidUTF8: "invalidUTF8"
    case .loneSurrogate: "loneSurrogate"
    case .malformedEscape: "malformedEscape"
    case .controlCharacter: "controlCharacter"
    case .forbiddenScalar: "forbiddenScalar"
    case .notNormalised: "notNormalised"
    }
  }
}

extension JSONError.Reason: CustomStringConvertible {
  /// The rule in words.
  package var description: String {
    switch self {
    case .tooManyBytes(let count, let limit): "the document has \(count) bytes, the limit is \(limit)"
    case .tooDeep(let limit): "nested deeper than \(limit)"
    case .tooManyValues(let limit): "more than \(limit) values"
    case .stringTooLong(let limit): "a string of more than \(limit) bytes"
    case .byteOrderMark: "a byte order mark"
    case .unexpectedEnd: "the document ends inside a value"
    case .unexpectedByte(let byte, let expected): "found \(name(of: byte)) instead of \(expected)"
    case .trailingBytes: "bytes after the end of the value"
    case .whitespace: "whitespace between values; the canonical form has none"
    case .keyOrder(let key): "key \(key) is out of order"
    case .needlessEscape: "an escape that the canonical form does not use"
    case .duplicateKey: "a key that the object already has"
    case .keyOutsideProfile: "a key that is not a lower-case letter followed by letters and digits"
    case .notAnInteger: "a number with a fraction or an exponent"
    case .malformedNumber: "a malformed number"
    case .negativeZero: "minus zero"
    case .integerOutOfRange: "an integer beyond 9007199254740991"
    case .numberTooLong(let limit): "a number of more than \(limit) characters"
    case .null: "null, which documents do not use"
    case .invalidUTF8: "bytes that are not UTF-8"
    case .loneSurrogate: "half of a surrogate pair"
    case .malformedEscape: "an unknown escape"
    case .controlCharacter: "a control character inside a string"
    case .forbiddenScalar(let scalar, let rule):
      "the code point U+\(hexadecimal(scalar)), \(rule.rawValue)"
    case .notNormalised: "text that is not in Unicode normalisation form C"
    }
  }

  private func name(of byte: UInt8) -> String {
    (0x21..<0x7F).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
  }

  private func hexadecimal(_ scalar: UInt32) -> String {
    let digits = String(scalar, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
