package import CanonicalJSON
internal import Storage
internal import Synchronization

/// An invitation that somebody may still answer.
struct LiveInvitation: Sendable, Equatable {
  let expiresAt: UTCTime
  /// Whether the answer may still be needed: the invitation is open, or the certificate that it gave is good and was
  /// never used, so that its answer may have been lost.
  let isAwaited: Bool
}

/// Which tenant an invitation is of, and whether any invitation lives, in memory: nobody who joins can name
/// the tenant, and the join port is open only while somebody is expected.
package final class InvitationBoard: Sendable {
  private let byTenant = Mutex<[String: [String: LiveInvitation]]>([:])

  init() {}

  /// Whether somebody may come, an agent or a person: then the join port is open.
  package func hasLive(at now: UTCTime) -> Bool {
    byTenant.withLock { all in
      all.values.contains { $0.values.contains { $0.isAwaited && now < $0.expiresAt } }
    }
  }

  /// When the last one that is awaited ends, for the timer that closes the port.
  package var lastExpiry: UTCTime? {
    byTenant.withLock { all in
      all.values.flatMap { $0.values.filter(\.isAwaited).map(\.expiresAt) }.max()
    }
  }

  func tenant(of invitation: String) -> String? {
    byTenant.withLock { all in all.first { $0.value[invitation] != nil }?.key }
  }

  func publish(_ live: [String: LiveInvitation], of tenant: String) {
    byTenant.withLock { $0[tenant] = live }
  }
}

/// The invitations, of sites and of people, that have not expired a day ago, whatever became of them: a second
/// answer to one has to be noticed, and a late one be told that it is late.
func liveInvitations(in database: Database, at now: UTCTime) throws -> [String: LiveInvitation] {
  let rows = try database.rows(
    """
    SELECT i.id, i.expires_at, i.state, c.state = 'active' AND c.used_at IS NULL
    FROM (
      SELECT id, expires_at, state, certificate FROM invitation
      UNION ALL SELECT id, expires_at, state, certificate FROM person_invitation
    ) AS i LEFT JOIN certificate AS c ON c.serial = i.certificate
    WHERE i.expires_at > ?1
    """, [.integer(now.secondsSinceEpoch - 86_400)]
  ) { row in
    let state = try row.text(2)
    let mayBeLost = try row.optionalInteger(3) == 1
    return (
      try row.text(0),
      LiveInvitation(
        expiresAt: try UTCTime(secondsSinceEpoch: row.integer(1)),
        isAwaited: state == "open" || (state == "used" && mayBeLost))
    )
  }
  return Dictionary(rows, uniquingKeysWith: { first, _ in first })
}
