import CanonicalJSON
import CoordinatorAPI
import Gates
import Rounds
import ServiceRuntime
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes about a study's gates, sign-offs, stops and incidents. Every change answers with the status.
  var gateHandlers: [RouteName: Handler] {
    [
      .gateStatus: { call in
        HTTPResponse(try await self.status(call))
      },
      .history: { call in
        let study = try call.parameter(.study)
        let history = try await call.look { try GateReader($0).history(of: study) }
        guard !history.events.isEmpty else { throw Problem.notFound }
        return HTTPResponse(json: history.encode())
      },
      .advance: { call in
        let request: GateMoveDocument = try call.document()
        return try await self.move(call, "gate opened") { gates, study in
          try gates.enter(request.phase, study: study)
        }
      },
      .holdStudy: { call in
        let request: HoldDocument = try call.document()
        return try await self.move(call, request.drill ? "drill started" : "study held") { gates, study in
          try gates.hold(
            study: study, reason: request.reason, sites: request.sites, drill: request.drill)
        }
      },
      .stopStudy: { call in
        let request: StopDocument = try call.document()
        return try await self.move(call, "study stopped") { gates, study in
          try gates.stop(study: study, reason: request.reason)
        }
      },
      .restart: { call in
        let request: RestartDocument = try call.document()
        return try await self.move(call, "study restarted") { gates, study in
          try gates.restart(study: study, version: request.version, phase: request.phase)
        }
      },
      .review: { call in
        let study = try call.parameter(.study)
        let seal = try await self.changeGate(call, study: study) { gates in
          try gates.sealReview(study: study)
        }
        return HTTPResponse(seal)
      },
      .signOff: { call in
        let file: SignOffFile
        do throws(SignOffRefusal) { file = try SignOffFile.parse(call.body) } catch {
          throw Problem(.malformed, detail: error.description, remedy: error.remedy)
        }
        return try await self.move(call, "sign-off recorded") { gates, study in
          try gates.submit(file, study: study)
        }
      },
      .noteIncident: { call in
        let incident = try call.parameter(.incident)
        let request: IncidentNoteDocument = try call.document()
        return try await self.move(call, "incident noted") { gates, study in
          try gates.note(
            StudyFact.IncidentNoted(
              incident: incident, text: request.text, owner: request.owner, runbook: request.runbook,
              correctiveAction: request.correctiveAction), study: study)
        }
      },
      .closeIncident: { call in
        let incident = try call.parameter(.incident)
        let request: IncidentCloseDocument = try call.document()
        return try await self.move(call, "incident closed") { gates, study in
          try gates.close(request.text, incident: incident, study: study)
        }
      },
      .recordChange: { call in
        let request: ChangeDocument = try call.document()
        return try await self.move(call, "change recorded") { gates, study in
          try gates.changed(
            StudyFact.ChangeRecorded(
              change: request.change, site: request.site, at: request.at, text: request.text,
              automatic: false), study: study)
        }
      },
    ]
  }

  /// Changes a study's gates, then wakes its sites and whoever watches.
  func changeGate<Value: Sendable>(
    _ call: Call, study: String, _ body: @escaping @Sendable (GateBook) throws -> Value
  ) async throws -> Value {
    let tenant = call.tenant
    let actor = call.identity.actor
    let (value, sites) = try await call.change { database, record in
      let gates = GateBook(
        database, tenant: tenant.tenant, identity: tenant.evidence, actor: actor, at: call.now,
        makeIdentifier: makeIdentifier, record: record)
      return (try body(gates), try GateReader(database).sites(of: study))
    }
    for site in sites { bell.ring(.site(tenant.tenant, site)) }
    bell.ring(.rounds(tenant.tenant))
    return value
  }

  private func move(
    _ call: Call, _ event: StaticString,
    _ body: @escaping @Sendable (GateBook, String) throws -> some Sendable
  ) async throws -> HTTPResponse {
    let study = try call.parameter(.study)
    _ = try await changeGate(call, study: study) { try body($0, study) }
    log.info(event, [("tenant", .text(call.tenant.tenant)), ("study", .text(study))])
    return HTTPResponse(try await status(call))
  }

  private func status(_ call: Call) async throws -> GateStatusDocument {
    let study = try call.parameter(.study)
    return try await call.look { try GateReader($0).status(of: study, at: call.now) }
  }
}

/// The tenancy's random identifiers, under the names of the wire.
@Sendable func makeIdentifier(_ kind: ServerIdentifier) throws -> String {
  guard let identifier = Identifier(rawValue: kind.prefix) else { throw Problem.internal }
  return try identifier.make()
}
