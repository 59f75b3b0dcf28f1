package import CanonicalJSON
package import Cryptography

/// The counts of a reference dataset, as a site signs them and a protocol's `drift` section holds them.
///
/// Format: `protocols/profile.md`.
package struct ReferenceProfile: Sendable, Equatable {
  /// What the counts were made from, in words.
  package let reference: String
  package let profiles: [DriftProfile]

  /// A profile; the rules about its cells are checked with the protocol that holds it.
  package init(reference: String, profiles: [DriftProfile]) {
    self.reference = reference
    self.profiles = profiles
  }

  /// The canonical bytes of `reference-profile.json`, which are what a site signs.
  package func encode() -> [UInt8] { encodeCanonicalJSON(.object(json)) }

  /// The members of a `drift` section that the reference dataset decides.
  package var json: JSONObject {
    ["profiles": .array(profiles.map { .object($0.json) }), "reference": .string(reference)]
  }
}

extension DriftPlan {
  /// What a site would have signed, if these counts are its own.
  package var referenceProfile: ReferenceProfile {
    ReferenceProfile(reference: reference, profiles: profiles)
  }

  /// This section with a signed profile in it, as a protocol holds it.
  package func citing(_ profile: ReferenceProfile, statement: Digest) -> JSONObject {
    var section = profile.json
    section["stabilityLimit"] = stabilityLimit.map { .string($0.text) }
    section["statement"] = .string(statement.text)
    return section
  }
}

extension DriftProfile {
  /// The profile as it stands in a protocol.
  fileprivate var json: JSONObject {
    var object: JSONObject = ["counts": .array(counts.map { .integer(Int64($0)) })]
    switch source {
    case .score(let edges):
      object["of"] = "score"
      object["edges"] = .array(edges.map { .string($0.text) })
    case .attribute(let id):
      object["of"] = "attribute"
      object["id"] = .string(id)
    case .column(let column):
      object["of"] = "column"
      object["id"] = .string(column.name)
      switch column.values {
      case .bands(let edges): object["edges"] = .array(edges.map { .string($0.text) })
      case .levels(let levels): object["levels"] = .array(levels.map { .string($0) })
      }
    }
    return object
  }
}
