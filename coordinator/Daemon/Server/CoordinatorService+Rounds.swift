import CanonicalJSON
import CoordinatorAPI
import Rounds
import ServiceRuntime
import Storage
import Tenancy

extension CoordinatorService {
  /// Ends every round of a tenant that is due, merges, and tells whoever waits.
  func advanceRounds(of tenant: TenantStore, at now: UTCTime) async throws {
    while true {
      let ended = try await tenant.write(by: "system", at: now) { database, trail -> RoundStatusDocument? in
        let round = try withoutActuallyEscaping({ trail.append(action: $0, object: $1, detail: $2) }) {
          try RoundBook(database).advance(
            with: self.gates(of: tenant, database, at: now, record: $0), at: now, record: $0)
        }
        return try round.map { try RoundBook(database).status($0, at: now) }
      }
      guard let ended else { break }
      log.info(
        "round ended",
        [
          ("tenant", .text(tenant.tenant)), ("study", .text(ended.study)), ("round", .text(ended.round)),
          ("state", .text(ended.state.rawValue)),
        ])
      ring(ended, of: tenant)
    }
    // A submission that does not end its round still moves its status.
    bell.ring(.rounds(tenant.tenant))
  }

  /// The gates of a tenant, for what the coordinator does by itself.
  private nonisolated func gates(
    of tenant: TenantStore, _ database: Database, at now: UTCTime, record: @escaping AuditRecorder
  ) -> GateBook {
    GateBook(
      database, tenant: tenant.tenant, identity: tenant.evidence, actor: "system", at: now,
      makeIdentifier: makeIdentifier, record: record)
  }

  /// Renews grants that are past half of their life, and opens the rounds that protocols schedule.
  func keepGates() async {
    for id in deployment.tenants.ids {
      guard let store = deployment.tenants.store(of: id) else { continue }
      do {
        let now = try now()
        for study in try await store.read({ try GateReader($0).studiesWithWork(at: now) }) {
          try await keepGates(of: study, in: store, at: now)
        }
      } catch {
        log.error("gates not kept", [("tenant", .text(id)), ("error", .text("\(error)"))])
      }
    }
  }

  private func keepGates(of study: String, in tenant: TenantStore, at now: UTCTime) async throws {
    let sites = try await tenant.write(by: "system", at: now) { database, trail -> [String] in
      try withoutActuallyEscaping({ trail.append(action: $0, object: $1, detail: $2) }) {
        let gates = self.gates(of: tenant, database, at: now, record: $0)
        try gates.renewGrants(study: study)
        try gates.openScheduledRound(study: study)
      }
      return try GateReader(database).sites(of: study)
    }
    for site in sites { bell.ring(.site(tenant.tenant, site)) }
    bell.ring(.rounds(tenant.tenant))
  }

  /// Wakes the sites of a round and whoever watches it.
  func ring(_ round: RoundStatusDocument, of tenant: TenantStore) {
    for site in round.sites { bell.ring(.site(tenant.tenant, site.site)) }
    bell.ring(.rounds(tenant.tenant))
  }

  /// Looks for rounds whose deadline has passed, in every tenant.
  func advanceAllRounds() async {
    for id in deployment.tenants.ids {
      guard let store = deployment.tenants.store(of: id) else { continue }
      do {
        let now = try now()
        let isDue = try await store.read { try RoundBook($0).isDue(at: now) }
        if isDue { try await advanceRounds(of: store, at: now) }
      } catch {
        log.error("rounds not advanced", [("tenant", .text(id)), ("error", .text("\(error)"))])
      }
    }
  }
}
