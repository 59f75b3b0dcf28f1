package import Aggregates
import CanonicalJSON
import EvaluationProtocols

/// The hospital's own disclosure policy as a file.
///
/// Format: `protocols/site-files.md`, section "Site policy".
package enum SitePolicyFile {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:site-policy:v1"

  /// Reads a policy that a person wrote. Whether it may be used is decided with the protocol and the data
  /// class, by `DisclosurePolicy`.
  ///
  /// - Throws: `SiteFileError` naming the place.
  package static func parse(_ bytes: [UInt8]) throws(SiteFileError) -> SitePolicy {
    try parseSiteFile(.policy, bytes) { field throws(DocumentError) in
      var object = try field.object()
      try object.expectFormat(format)
      let minimumCell = try object.required("minimumCell").integer(in: 2...1_000_000)
      var lowering: SitePolicy.Lowering?
      if let field = object.optional("lowering") {
        var details = try field.object()
        lowering = SitePolicy.Lowering(
          person: try details.required("person").string(maximum: 200),
          reason: try details.required("reason").string(maximum: 500))
        try details.finish()
      }
      try object.finish()
      return SitePolicy(minimumCell: minimumCell, lowering: lowering)
    }
  }

  /// The canonical bytes of a policy.
  package static func encode(_ policy: SitePolicy) -> [UInt8] {
    var object: JSONObject = [
      "format": .string(format), "minimumCell": .integer(Int64(policy.minimumCell)),
    ]
    object["lowering"] = policy.lowering.map { ["person": .string($0.person), "reason": .string($0.reason)] }
    return encodeCanonicalJSON(.object(object))
  }
}
