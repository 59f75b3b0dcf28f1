package import CanonicalJSON
import EvaluationProtocols

/// A body of the API: canonical JSON with a `format`, read strictly on both sides.
///
/// - Source: `protocols/api.md`, section "Documents".
package protocol WireDocument: Sendable, Equatable {
  /// The value of the document's `format` member.
  static var format: String { get }
  /// What reading one may cost.
  static var limits: JSONLimits { get }

  /// Reads every member but `format`; the caller refuses what is left.
  init(reading object: inout DocumentObject) throws(DocumentError)

  /// Every member but `format`.
  var members: JSONObject { get }
}

extension WireDocument {
  /// 256 KiB, for documents that do not grow with the number of sites.
  package static var limits: JSONLimits { .small }

  /// The canonical bytes.
  package func encode() -> [UInt8] { encodeCanonicalJSON(.object(json)) }

  /// The document as a value, `format` included.
  package var json: JSONObject {
    var object = members
    object["format"] = .string(Self.format)
    return object
  }

  /// Reads a body.
  ///
  /// - Throws: `WireError` naming the place.
  package static func parse(_ bytes: [UInt8]) throws(WireError) -> Self {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: limits) } catch { throw .notCanonical(error) }
    do throws(DocumentError) {
      var object = try DocumentField(value).object()
      try object.expectFormat(format)
      let document = try Self(reading: &object)
      try object.finish()
      return document
    } catch { throw .malformed(error) }
  }
}

/// Why a body of the API was refused.
package enum WireError: Error, Equatable {
  /// Not canonical JSON, or too large.
  case notCanonical(JSONError)
  /// JSON of another shape.
  case malformed(DocumentError)
}

extension WireError: CustomStringConvertible {
  /// The place and the problem.
  package var description: String {
    switch self {
    case .notCanonical(let error): "the document is not canonical JSON: \(error)"
    case .malformed(let error): error.description
    }
  }

  /// What the sender can do.
  package var remedy: String {
    switch self {
    case .notCanonical(let error): error.remedy
    case .malformed(let error): error.remedy
    }
  }
}
