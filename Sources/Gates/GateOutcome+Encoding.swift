import CanonicalJSON
package import Cryptography
import EvaluationProtocols

extension GateOutcome {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:verdicts:v1"

  /// Which look a stored `gates.json` says it is: what `decide` has to be asked for to compare with it.
  ///
  /// - Throws: `JSONError`, `DocumentError`.
  package static func look(in bytes: [UInt8]) throws -> Int {
    var object = try DocumentField(parseCanonicalJSON(bytes, limits: .submission)).object()
    return try object.required("look").integer(in: 1...1_000_000)
  }

  /// The canonical bytes of `gates.json`: every verdict with its reasons.
  package func encode(protocolDigest: Digest) -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(GateOutcome.format),
      "protocol": .string(protocolDigest.text),
      "phase": .string(phase.rawValue),
      "look": .integer(Int64(look)),
      "dataClasses": .array(dataClasses.map { .string($0) }),
      "verdict": .string(verdict.rawValue),
      "minimum": minimum.json,
      "go": .array(go.map(\.json)),
      "stop": .array(stop.map(\.json)),
    ])
  }
}

extension CriterionOutcome {
  fileprivate var json: JSONValue {
    [
      "criterion": .string(id),
      "verdict": .string(verdict.rawValue),
      "sentence": .string(sentence),
      "reasons": .array(reasons.map { .string($0) }),
      "findings": .array(findings.map(\.json)),
    ]
  }
}

extension Finding {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "attribute": .string(slice.attribute), "level": .string(slice.level),
      "verdict": .string(verdict.rawValue),
    ]
    if let site { object["site"] = .string(site) }
    if let window { object["window"] = .string(window) }
    if let value { object["value"] = .string(value.text) }
    if let lower { object["lower"] = .string(lower.text) }
    if let upper { object["upper"] = .string(upper.text) }
    return .object(object)
  }
}
