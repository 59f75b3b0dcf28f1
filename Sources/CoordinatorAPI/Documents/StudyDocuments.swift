package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// A study in the list.
package struct StudySummary: Sendable, Equatable {
  package let study: String
  package let title: String
  /// The newest version of the protocol.
  package let version: Int
  package let evaluationProtocol: Digest

  /// A row of the list.
  package init(study: String, title: String, version: Int, evaluationProtocol: Digest) {
    self.study = study
    self.title = title
    self.version = version
    self.evaluationProtocol = evaluationProtocol
  }
}

/// The answer of `GET /v1/studies`.
package struct StudiesDocument: WireDocument {
  package static let format = "urn:equipoise:studies:v1"
  package static let limits = JSONLimits.protocolDocument

  /// By id.
  package let studies: [StudySummary]

  /// A list.
  package init(studies: [StudySummary]) { self.studies = studies }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    studies = try object.required("studies").list(maximum: mostListed) { field throws(DocumentError) in
      try field.record { row throws(DocumentError) in
        StudySummary(
          study: try row.required("study").identifier(), title: try row.required("title").string(),
          version: try row.required("version").integer(in: 1...1_000_000),
          evaluationProtocol: try row.required("protocol").digest())
      }
    }
  }

  package var members: JSONObject {
    [
      "studies": .array(
        studies.map {
          [
            "study": .string($0.study), "title": .string($0.title), "version": number($0.version),
            "protocol": .string($0.evaluationProtocol.text),
          ]
        })
    ]
  }
}

/// A file that the newest protocol names, and whether the coordinator has it.
package struct StudyObject: Sendable, Equatable {
  package let kind: ObjectKind
  /// Absent for a model card that was not published: the protocol does not name its digest.
  package let digest: Digest?
  /// Absent while the file is missing.
  package let bytes: Int?

  /// A named file.
  package init(kind: ObjectKind, digest: Digest?, bytes: Int?) {
    self.kind = kind
    self.digest = digest
    self.bytes = bytes
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      StudyObject(
        kind: try object.required("kind").choice(of: ObjectKind.self),
        digest: try object.optional("digest")?.digest(),
        bytes: try object.optional("bytes")?.integer(in: 0...(1 << 30)))
    }
  }

  var json: JSONValue {
    var object: JSONObject = ["kind": .string(kind.rawValue)]
    if let digest { object["digest"] = .string(digest.text) }
    if let bytes { object["bytes"] = number(bytes) }
    return .object(object)
  }
}

/// A round in a study's list.
package struct RoundSummary: Sendable, Equatable {
  package let round: String
  package let phase: PhaseName
  package let kind: RoundKind
  package let state: RoundState
  package let deadline: UTCTime

  /// A row of the list.
  package init(round: String, phase: PhaseName, kind: RoundKind, state: RoundState, deadline: UTCTime) {
    self.round = round
    self.phase = phase
    self.kind = kind
    self.state = state
    self.deadline = deadline
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      RoundSummary(
        round: try object.required("round").identifier(.round),
        phase: try object.required("phase").choice(of: PhaseName.self),
        kind: try object.required("kind").choice(of: RoundKind.self),
        state: try object.required("state").choice(of: RoundState.self),
        deadline: try object.required("deadline").time())
    }
  }

  var json: JSONValue {
    [
      "round": .string(round), "phase": .string(phase.rawValue), "kind": .string(kind.rawValue),
      "state": .string(state.rawValue), "deadline": .string(deadline.text),
    ]
  }
}

/// One study: the answer of `GET /v1/studies/<study>`, and of publishing a protocol or a file.
package struct StudyDocument: WireDocument {
  package static let format = "urn:equipoise:study:v1"
  package static let limits = JSONLimits.protocolDocument

  /// A version of the protocol.
  package struct Version: Sendable, Equatable {
    package let version: Int
    package let digest: Digest

    /// A published version.
    package init(version: Int, digest: Digest) {
      self.version = version
      self.digest = digest
    }
  }

  package let study: String
  package let title: String
  /// Oldest first.
  package let versions: [Version]
  /// Of the newest version, the protocol first.
  package let objects: [StudyObject]
  /// Site ids of the newest version, sorted.
  package let sites: [String]
  /// Oldest first.
  package let rounds: [RoundSummary]

  /// A study as the administrator sees it.
  package init(
    study: String, title: String, versions: [Version], objects: [StudyObject], sites: [String],
    rounds: [RoundSummary]
  ) {
    self.study = study
    self.title = title
    self.versions = versions
    self.objects = objects
    self.sites = sites
    self.rounds = rounds
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    study = try object.required("study").identifier()
    title = try object.required("title").string()
    versions = try object.required("versions").list(maximum: mostListed, minimum: 1) {
      field throws(DocumentError) in
      try field.record { row throws(DocumentError) in
        Version(
          version: try row.required("version").integer(in: 1...1_000_000),
          digest: try row.required("digest").digest())
      }
    }
    objects = try object.required("objects").list(maximum: 8, StudyObject.init)
    sites = try object.required("sites").list(maximum: mostListed) { field throws(DocumentError) in
      try field.identifier()
    }
    rounds = try object.required("rounds").list(maximum: mostListed, RoundSummary.init)
  }

  package var members: JSONObject {
    [
      "study": .string(study), "title": .string(title),
      "versions": .array(
        versions.map { ["version": number($0.version), "digest": .string($0.digest.text)] }),
      "objects": .array(objects.map(\.json)), "sites": .array(sites.map { .string($0) }),
      "rounds": .array(rounds.map(\.json)),
    ]
  }
}
