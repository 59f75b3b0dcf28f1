package import Aggregates
import CanonicalJSON
package import Cryptography

extension DisclosurePolicy {
  /// The digest of the rule in force, as an approval pins it: the stricter of the site's policy and the
  /// protocol's request, with the data class and whoever lowered the minimum.
  package var effectiveDigest: Digest {
    var object: JSONObject = [
      "format": "urn:equipoise:effective-policy:v1", "minimumCell": .integer(Int64(minimumCell)),
      "dataClass": .string(dataClass.rawValue), "countsPatients": .boolean(countsPatients),
      "minimumFitEvents": .integer(Int64(minimumFitEvents)),
    ]
    object["lowering"] = lowering.map { ["person": .string($0.person), "reason": .string($0.reason)] }
    return Digest(of: encodeCanonicalJSON(.object(object)))
  }
}
