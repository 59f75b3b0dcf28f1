package import CanonicalJSON
package import Cryptography
import EvaluationProtocols
package import PhaseGrants

/// What the coordinator said to a site: a grant or an order.
package enum WordKind: String, CaseIterable, Sendable {
  case grant, stopOrder
}

/// How a site stands with one study whose newest protocol lists it.
package struct Standing: Sendable, Equatable {
  /// The site's last consent that the coordinator recorded.
  package struct Consent: Sendable, Equatable {
    package let sequence: Int
    package let phase: ConsentPhase
    /// Digest of the protocol that it is for.
    package let evaluationProtocol: Digest

    /// A recorded consent.
    package init(sequence: Int, phase: ConsentPhase, evaluationProtocol: Digest) {
      self.sequence = sequence
      self.phase = phase
      self.evaluationProtocol = evaluationProtocol
    }
  }

  /// The newest word to the site.
  package struct NewestWord: Sendable, Equatable {
    package let kind: WordKind
    package let sequence: Int

    /// A word that can be fetched.
    package init(kind: WordKind, sequence: Int) {
      self.kind = kind
      self.sequence = sequence
    }
  }

  package let study: String
  /// Digest of the newest protocol that lists the site.
  package let evaluationProtocol: Digest
  package let version: Int
  package let title: String
  /// The protocol and the files that it names, and the study's newest model card.
  package let objects: [ObjectReference]
  package let consent: Consent?
  /// The sequence of the site's last recorded acknowledgement; 0 for none.
  package let acknowledgement: Int
  package let word: NewestWord?

  /// A standing as the site is told.
  package init(
    study: String, evaluationProtocol: Digest, version: Int, title: String, objects: [ObjectReference],
    consent: Consent? = nil, acknowledgement: Int = 0, word: NewestWord? = nil
  ) {
    self.study = study
    self.evaluationProtocol = evaluationProtocol
    self.version = version
    self.title = title
    self.objects = objects
    self.consent = consent
    self.acknowledgement = acknowledgement
    self.word = word
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      Standing(
        study: try object.required("study").identifier(),
        evaluationProtocol: try object.required("protocol").digest(),
        version: try object.required("version").integer(in: 1...Int(JSONValue.maximumInteger)),
        title: try object.required("title").string(),
        objects: try object.required("objects").list(maximum: 8, ObjectReference.init),
        consent: try object.optional("consent").map(Consent.init),
        acknowledgement: try object.required("acknowledgement").integer(in: countRange),
        word: try object.optional("word").map(NewestWord.init))
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "study": .string(study), "protocol": .string(evaluationProtocol.text), "version": number(version),
      "title": .string(title), "objects": .array(objects.map(\.json)),
      "acknowledgement": number(acknowledgement),
    ]
    if let consent {
      object["consent"] = [
        "sequence": number(consent.sequence), "phase": .string(consent.phase.rawValue),
        "protocol": .string(consent.evaluationProtocol.text),
      ]
    }
    if let word {
      object["word"] = ["kind": .string(word.kind.rawValue), "sequence": number(word.sequence)]
    }
    return .object(object)
  }
}

extension Standing.Consent {
  fileprivate init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      Standing.Consent(
        sequence: try object.required("sequence").integer(in: 1...Int(JSONValue.maximumInteger)),
        phase: try object.required("phase").choice(of: ConsentPhase.self),
        evaluationProtocol: try object.required("protocol").digest())
    }
  }
}

extension Standing.NewestWord {
  fileprivate init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      Standing.NewestWord(
        kind: try object.required("kind").choice(of: WordKind.self),
        sequence: try object.required("sequence").integer(in: 1...Int(JSONValue.maximumInteger)))
    }
  }
}

/// The words to a site after one that it knows: the answer of `GET /v1/standings/{study}`.
///
/// All of them, and not the newest alone: behind a drill there may be an order that ends a grant.
package struct StandingDocument: WireDocument {
  package static let format = "urn:equipoise:standing:v1"
  package static let limits = JSONLimits.protocolDocument
  /// The most words of one answer; a site asks again after the last.
  package static let mostWords = 50
  /// The most bytes of one signed statement.
  package static let mostBytes = 32_768

  /// One word as it was signed.
  package struct SignedStatement: Sendable, Equatable {
    package let kind: WordKind
    package let sequence: Int
    /// The statement's file, byte for byte.
    package let statement: [UInt8]

    /// A word.
    package init(kind: WordKind, sequence: Int, statement: [UInt8]) {
      self.kind = kind
      self.sequence = sequence
      self.statement = statement
    }
  }

  package let study: String
  /// By sequence, oldest first.
  package let words: [SignedStatement]
  /// Certificate of the root above the evidence key, in DER: a hint; a site verifies with the root that came
  /// with its invitation.
  package let evidenceRoot: [UInt8]

  /// An answer.
  package init(study: String, words: [SignedStatement], evidenceRoot: [UInt8]) {
    self.study = study
    self.words = words
    self.evidenceRoot = evidenceRoot
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    study = try object.required("study").identifier()
    words = try object.required("words").list(maximum: Self.mostWords) { field throws(DocumentError) in
      try field.record { word throws(DocumentError) in
        SignedStatement(
          kind: try word.required("kind").choice(of: WordKind.self),
          sequence: try word.required("sequence").integer(in: 1...Int(JSONValue.maximumInteger)),
          statement: try word.required("statement").base64(maximum: Self.mostBytes))
      }
    }
    evidenceRoot = try object.required("evidenceRoot").der()
  }

  package var members: JSONObject {
    [
      "study": .string(study),
      "words": .array(
        words.map {
          [
            "kind": .string($0.kind.rawValue), "sequence": number($0.sequence),
            "statement": base64($0.statement),
          ]
        }), "evidenceRoot": base64(evidenceRoot),
    ]
  }
}

/// What the coordinator has of a site: the answer to a consent and to an acknowledgement.
package struct StandingRecordedDocument: WireDocument {
  package static let format = "urn:equipoise:standing-recorded:v1"

  package let study: String
  /// The sequence of the last recorded consent; 0 for none.
  package let consent: Int
  /// The sequence of the last recorded acknowledgement; 0 for none.
  package let acknowledgement: Int

  /// An answer.
  package init(study: String, consent: Int, acknowledgement: Int) {
    self.study = study
    self.consent = consent
    self.acknowledgement = acknowledgement
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    study = try object.required("study").identifier()
    consent = try object.required("consent").integer(in: countRange)
    acknowledgement = try object.required("acknowledgement").integer(in: countRange)
  }

  package var members: JSONObject {
    [
      "study": .string(study), "consent": number(consent), "acknowledgement": number(acknowledgement),
    ]
  }
}
