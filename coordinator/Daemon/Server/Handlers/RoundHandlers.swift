import CoordinatorAPI
import Cryptography
import Rounds
import ServiceRuntime
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes about rounds and what they come to.
  var roundHandlers: [RouteName: Handler] {
    [
      .openRound: { call in
        let study = try call.parameter(.study)
        let request: RoundRequestDocument = try call.document()
        let status = try await call.change { database, record in
          try RoundBook(database).open(
            request, study: study, at: call.now, makeIdentifier: { try makeIdentifier($0) }, record: record)
        }
        self.ring(status, of: call.tenant)
        self.log.info(
          "round opened",
          [
            ("tenant", .text(call.tenant.tenant)), ("study", .text(study)), ("round", .text(status.round)),
            ("sites", .number(status.sites.count)),
          ])
        return HTTPResponse(status, status: 201)
      },
      .round: { call in
        let round = try call.parameter(.round)
        let topic = Topic.rounds(call.tenant.tenant)
        // Other rounds of the tenant ring too; each ring is looked at once, until the time is over.
        let end = self.milliseconds() + Int64(call.query.wait) * 1000
        while true {
          let revision = self.bell.revision(of: topic)
          let now = try self.now()
          let status = try await call.look { try RoundBook($0).status(round, at: now) }
          let left = Int((end - self.milliseconds()) / 1000)
          guard status.cursor <= call.query.after, left > 0, !self.bell.isClosed else {
            return HTTPResponse(status)
          }
          await self.wait(for: topic, after: revision, seconds: left)
          guard self.isStillAdmitted(call.identity) else { throw Problem.certificateNotAccepted }
        }
      },
      .closeRound: { call in
        let round = try call.parameter(.round)
        _ = try await call.change { database, record in
          try RoundBook(database).close(round, at: call.now, record: record)
        }
        try await self.advanceRounds(of: call.tenant, at: call.now)
        return HTTPResponse(
          try await call.look { try RoundBook($0).status(round, at: call.now) })
      },
      .matrix: { call in
        let round = try call.parameter(.round)
        return HTTPResponse(try await call.look { try RoundBook($0).matrix(round) })
      },
      .verdicts: { call in
        let round = try call.parameter(.round)
        return HTTPResponse(json: try await call.look { try RoundBook($0).verdicts(round) })
      },
      .submission: { call in
        let round = try call.parameter(.round)
        let site = try call.parameter(.site)
        return HTTPResponse(
          json: try await call.look { try RoundBook($0).submission(round, site: site) })
      },
      .seal: { call in
        let round = try call.parameter(.round)
        let study = try await call.look { try RoundBook($0).study(of: round) }
        let seal = try await self.changeGate(call, study: study) { try $0.seal(round) }
        self.log.info(
          "round sealed",
          [
            ("tenant", .text(call.tenant.tenant)), ("round", .text(round)),
            ("bundle", .text(seal.bundle.text)),
          ])
        return HTTPResponse(seal)
      },
      .bundle: { call in
        let round = try call.parameter(.round)
        let bundle = try await call.look { try RoundBook($0).bundle(round) }
        return HTTPResponse(bytes: bundle.bytes, contentType: "application/zip")
      },
    ]
  }
}
