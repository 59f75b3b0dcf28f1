import CoordinatorAPI
import Cryptography
import Rounds
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes about studies and what they publish.
  var studyHandlers: [RouteName: Handler] {
    [
      .studies: { call in
        HTTPResponse(try await call.look { try StudyBook($0).list() })
      },
      .study: { call in
        let study = try call.parameter(.study)
        return HTTPResponse(try await call.look { try StudyBook($0).show(study) })
      },
      .publishProtocol: { call in
        let study = try call.parameter(.study)
        let answer = try await self.changeGate(call, study: study) { gates in
          try gates.publish(protocol: call.body, study: study)
        }
        return HTTPResponse(answer)
      },
      .publishObject: { call in
        let study = try call.parameter(.study)
        let digest = try Digest(hex: call.parameter(.digest))
        guard let kind = call.query.kind else { throw Problem.kindMissing }
        let answer = try await call.change { database, record in
          try StudyBook(database).publish(
            object: call.body, kind: kind, digest: digest, study: study, at: call.now, record: record)
        }
        return HTTPResponse(answer)
      },
      .object: { call in
        let digest = try Digest(hex: call.parameter(.digest))
        let site = call.site
        let bytes = try await call.look { try StudyBook($0).object(digest, for: site) }
        guard let bytes else { throw Problem.notFound }
        return HTTPResponse(bytes: bytes)
      },
    ]
  }
}

extension Problem {
  fileprivate static let kindMissing = Problem(
    .malformed, detail: "the query does not say what kind of file this is",
    remedy: "add ?kind=model, features or modelCard")
}
