import CanonicalJSON
import Cryptography

extension DocumentField {
  /// Bytes in standard base64, at most `maximum` of them.
  func base64(maximum: Int) throws(DocumentError) -> [UInt8] {
    let text = try string(maximum: (maximum + 2) / 3 * 4)
    do { return try Base64.decode(text) } catch { throw self.error(error.description, remedy: error.remedy) }
  }

  /// A certificate or a request for one, in DER: at most 16 KiB, not yet read.
  func der() throws(DocumentError) -> [UInt8] { try base64(maximum: 16_384) }

  /// An identifier that the coordinator made.
  func identifier(_ kind: ServerIdentifier) throws(DocumentError) -> String {
    let text = try identifier()
    guard kind.matches(text) else {
      throw error("not an identifier that starts with \(kind.prefix)", remedy: "copy it from the coordinator")
    }
    return text
  }

  /// An address that starts with `https://`.
  func address() throws(DocumentError) -> String {
    let text = try string(maximum: 300)
    guard text.utf8.starts(with: "https://".utf8), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw error("not an https address", remedy: "write https://, a host and a port")
    }
    return text
  }

  /// The elements of an array, each read by `read`.
  func list<Element>(
    maximum: Int, minimum: Int = 0, _ read: (DocumentField) throws(DocumentError) -> Element
  ) throws(DocumentError) -> [Element] {
    var elements: [Element] = []
    for field in try array(maximum: maximum, minimum: minimum) { elements.append(try read(field)) }
    return elements
  }

  /// An object whose members are all read by `read`.
  func record<Value>(
    _ read: (inout DocumentObject) throws(DocumentError) -> Value
  ) throws(DocumentError) -> Value {
    var object = try object()
    let value = try read(&object)
    try object.finish()
    return value
  }
}

/// A count, a cursor or a sequence on the wire: 0 to 2^53−1.
let countRange = 0...Int(JSONValue.maximumInteger)

/// The most sites of a tenant, studies of a tenant and so on that one document lists.
let mostListed = 10_000

/// What the coordinator's identifiers are of: a letter, a hyphen and 130 random bits in base32.
package enum ServerIdentifier: String, CaseIterable, Sendable {
  case tenant = "t"
  case invitation = "i"
  case round = "r"
  case assignment = "a"
  case instance = "n"
  case user = "u"
  case incident = "x"

  /// The letter and the hyphen.
  package var prefix: String { rawValue + "-" }

  /// How many base32 characters follow the prefix.
  package static let characterCount = 26

  /// Whether a text is an identifier of this kind.
  package func matches(_ text: String) -> Bool {
    let bytes = Array(text.utf8.prefix(Self.characterCount + 3))
    guard bytes.count == Self.characterCount + 2, bytes.starts(with: prefix.utf8) else { return false }
    return bytes.dropFirst(2).allSatisfy { (0x61...0x7A).contains($0) || (0x32...0x37).contains($0) }
  }
}

/// Base64 of bytes, as a JSON value.
func base64(_ bytes: [UInt8]) -> JSONValue { .string(Base64.encode(bytes)) }

/// A number as a JSON value.
func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
