import Attestations
import CoordinatorAPI
import Cryptography
import Rounds
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes by which a site hears about its phase and answers.
  var standingHandlers: [RouteName: Handler] {
    [
      .standing: { call in
        guard let site = call.site else { throw Problem.notAllowed }
        let study = try call.parameter(.study)
        let root = call.tenant.evidence.root
        return HTTPResponse(
          try await call.look {
            try StandingDesk($0, site: site).words(in: study, after: call.query.after, evidenceRoot: root)
          })
      },
      .consent: { call in
        try await self.take(call) { gates, root, site, study in
          try gates.consent(call.body, site: site, root: root, study: study)
        }
      },
      .acknowledge: { call in
        try await self.take(call) { gates, root, site, study in
          try gates.acknowledge(call.body, site: site, root: root, study: study)
        }
      },
    ]
  }

  /// Takes a statement of a site in and tells what is recorded of it now.
  private func take(
    _ call: Call, _ body: @escaping @Sendable (GateBook, Certificate?, String, String) throws -> Void
  ) async throws -> HTTPResponse {
    guard let site = call.site else { throw Problem.notAllowed }
    let study = try call.parameter(.study)
    let recorded = try await changeGate(call, study: study) { gates in
      try body(gates, gates.signingRoot(of: site), site, study)
      return try gates.recorded(of: site, study: study)
    }
    return HTTPResponse(
      StandingRecordedDocument(
        study: study, consent: recorded.consent, acknowledgement: recorded.acknowledgement))
  }
}
