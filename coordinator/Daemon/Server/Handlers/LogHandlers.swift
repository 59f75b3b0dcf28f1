import Attestations
import CanonicalJSON
import CoordinatorAPI
import Rounds
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes about what happened and how things are.
  var logHandlers: [RouteName: Handler] {
    [
      .audit: { call in
        let head = try await call.tenant.auditHead()
        let entries = try await call.tenant.auditEntries(
          after: Int64(call.query.after), limit: AuditPageDocument.mostEntries)
        return HTTPResponse(
          AuditPageDocument(
            head: Int(head.sequence),
            entries: try entries.map { bytes in
              guard case .object(let entry) = try parseCanonicalJSON(bytes, limits: .small) else {
                throw Problem.internal
              }
              return entry
            }))
      },
      .state: { call in
        let dump = try await call.look { database in
          encodeCanonicalJSON([
            "format": "urn:equipoise:state:v1",
            "tenancy": .object(try Tenancy.stateDump(database)),
            "rounds": .object(try Rounds.stateDump(of: database)),
          ])
        }
        return HTTPResponse(json: dump)
      },
      .status: { call in
        let head = try await call.tenant.auditHead()
        var sites: [CoordinatorAPI.SiteState: Int] = [:]
        for site in try await call.tenant.sites() {
          if let state = CoordinatorAPI.SiteState(rawValue: site.state.rawValue) {
            sites[state, default: 0] += 1
          }
        }
        let counts = try await call.look { database in
          (studies: try StudyBook(database).list().studies.count, rounds: try RoundBook(database).openCount())
        }
        return HTTPResponse(
          StatusDocument(
            tenant: call.tenant.tenant, time: call.now, build: "coordinator \(CoordinatorTool.version)",
            state: self.isStorageLow ? .storageLow : .ok, sites: sites, studies: counts.studies,
            openRounds: counts.rounds, auditHead: Int(head.sequence),
            auditDigest: head.sequence == 0 ? nil : head.digest,
            evidenceRoot: call.tenant.evidence.fingerprint.digest))
      },
    ]
  }
}
