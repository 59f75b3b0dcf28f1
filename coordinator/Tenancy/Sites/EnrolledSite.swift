package import CanonicalJSON
package import Cryptography
package import Storage

/// How far a site's enrolment is.
package enum SiteState: String, CaseIterable, Sendable {
  /// Invited, not joined.
  case invited
  /// Joined; its fingerprint was not confirmed.
  case pending
  /// A member.
  case confirmed
  /// Ended by an administrator, or because an invitation was used twice.
  case revoked
}

/// A site of a tenant.
package struct EnrolledSite: Sendable, Equatable {
  /// Its id, as in protocols.
  package let id: String
  /// Its name for people.
  package let name: String
  /// How far its enrolment is.
  package let state: SiteState
  /// The root of its signing keys, registered when it joined; its key's digest is the pin.
  package let signingRoot: Certificate?
  /// The end of its newest active certificate.
  package let certificateEnd: UTCTime?
  /// The instance of the agent that has it.
  package let instance: String?

  /// A site by its id, inside a transaction.
  package static func find(_ id: String, in database: Database) throws -> EnrolledSite? {
    try database.first(
      """
      SELECT id, name, state, signing_root,
        (SELECT max(not_after) FROM certificate WHERE site = site.id AND state = 'active'),
        (SELECT instance FROM certificate WHERE site = site.id AND state = 'active'
          ORDER BY not_after DESC LIMIT 1)
      FROM site WHERE id = ?1
      """, [.text(id)], EnrolledSite.init)
  }

  /// All sites by id, inside a transaction.
  package static func all(in database: Database) throws -> [EnrolledSite] {
    try database.rows(
      """
      SELECT id, name, state, signing_root,
        (SELECT max(not_after) FROM certificate WHERE site = site.id AND state = 'active'),
        (SELECT instance FROM certificate WHERE site = site.id AND state = 'active'
          ORDER BY not_after DESC LIMIT 1)
      FROM site ORDER BY id
      """, [], EnrolledSite.init)
  }

  private init(_ row: borrowing Row) throws {
    id = try row.text(0)
    name = try row.text(1)
    guard let state = SiteState(rawValue: try row.text(2)) else {
      throw StorageError.unexpectedValue(column: "state", expected: "a state", found: "another text")
    }
    self.state = state
    signingRoot = try row.optionalBlob(3).map { try Certificate(der: $0) }
    certificateEnd = try row.optionalInteger(4).map { try UTCTime(secondsSinceEpoch: $0) }
    instance = try row.optionalText(5)
  }
}
