package import CanonicalJSON
package import CoordinatorAPI
package import Cryptography
import Evidence
import EvaluationProtocols
import Models
import Storage

extension StudyBook {
  /// Publishes a file that the newest protocol names, or a model card. The same bytes again change nothing.
  ///
  /// A model is checked by loading it, once the feature definition is there too; so is a model card.
  ///
  /// - Throws: `RoundsRefusal`.
  package func publish(
    object bytes: [UInt8], kind: ObjectKind, digest: Digest, study: String, at now: UTCTime,
    record: AuditRecorder
  ) throws -> StudyDocument {
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.objectPublished, of: "study/" + study, reason)
    }
    guard let evaluationProtocol = try newestProtocol(of: study) else { throw refuse(.absent) }
    guard Digest(of: bytes) == digest else { throw refuse(.digestDiffers) }
    let model = evaluationProtocol.model
    do {
      switch kind {
      case .evaluationProtocol: throw RoundsRefusal.Reason.notNamed(kind)
      case .model:
        guard digest == model.artifact else { throw RoundsRefusal.Reason.notNamed(kind) }
        try check(model, artifact: bytes, features: try model.features.flatMap(bytes(of:)))
      case .features:
        guard digest == model.features else { throw RoundsRefusal.Reason.notNamed(kind) }
        if let artifact = try self.bytes(of: model.artifact) {
          try check(model, artifact: artifact, features: bytes)
        } else {
          do throws(ModelError) { _ = try FeatureDefinition.parse(bytes) } catch {
            throw RoundsRefusal.Reason.modelUnusable(error.description, remedy: error.remedy)
          }
        }
      case .modelCard:
        do { _ = try ModelCard.parse(bytes) } catch {
          throw RoundsRefusal.Reason.modelCardMalformed("\(error)")
        }
      }
    } catch let reason as RoundsRefusal.Reason { throw refuse(reason) }

    let known = try database.first(
      "SELECT 1 FROM study_object WHERE study = ?1 AND kind = ?2 AND digest = ?3",
      [.text(study), .text(kind.rawValue), .digest(digest)]
    ) { row in try row.count(0) }
    guard known == nil else { return try show(study) }
    try database.run(
      "INSERT INTO object (digest, bytes) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING",
      [.digest(digest), .blob(bytes)])
    try database.run(
      "INSERT INTO study_object (study, kind, digest, published_at) VALUES (?1, ?2, ?3, ?4)",
      [.text(study), .text(kind.rawValue), .digest(digest), .time(now)])
    _ = record(
      RoundsAction.objectPublished.rawValue, "study/" + study,
      [
        "kind": .string(kind.rawValue), "digest": .string(digest.text), "bytes": .integer(Int64(bytes.count)),
      ])
    return try show(study)
  }

  /// Loads the model as a site would; without the features that it needs, only its digest is known to be right.
  private func check(_ model: ModelReference, artifact: [UInt8], features: [UInt8]?) throws {
    if model.features != nil, features == nil { return }
    let format: ModelFormat =
      switch model.kind {
      case .logisticRegression: .logisticRegression
      case .recordedScore: .recordedScore
      case .treeEnsemble: .treeEnsemble
      }
    var definition: ModelFileContent?
    if let features, let expected = model.features {
      definition = ModelFileContent(bytes: features, expected: expected)
    }
    do {
      _ = try ModelArtifact.load(
        format, artifact: ModelFileContent(bytes: artifact, expected: model.artifact), features: definition)
    } catch { throw RoundsRefusal.Reason.modelUnusable(error.description, remedy: error.remedy) }
  }

  private func bytes(of digest: Digest) throws -> [UInt8]? {
    try database.first("SELECT bytes FROM object WHERE digest = ?1", [.digest(digest)]) { row in
      try row.blob(0)
    }
  }

  /// What the protocol names, with the sizes of what is there; the newest model card last.
  func objects(of evaluationProtocol: EvaluationProtocol) throws -> [StudyObject] {
    var objects = [
      StudyObject(
        kind: .evaluationProtocol, digest: evaluationProtocol.digest, bytes: evaluationProtocol.bytes.count)
    ]
    let named: [(ObjectKind, Digest?)] = [
      (.model, evaluationProtocol.model.artifact), (.features, evaluationProtocol.model.features),
    ]
    for (kind, digest) in named {
      guard let digest else { continue }
      let size = try database.first(
        """
        SELECT length(o.bytes) FROM study_object AS s JOIN object AS o ON o.digest = s.digest
        WHERE s.study = ?1 AND s.kind = ?2 AND s.digest = ?3
        """, [.text(evaluationProtocol.id), .text(kind.rawValue), .digest(digest)]
      ) { row in try row.count(0) }
      objects.append(StudyObject(kind: kind, digest: digest, bytes: size))
    }
    let card = try newestModelCard(of: evaluationProtocol.id)
    objects.append(StudyObject(kind: .modelCard, digest: card?.digest, bytes: card?.bytes))
    return objects
  }

  /// The model card that a study published last: the one that the next round is opened with.
  func newestModelCard(of study: String) throws -> ObjectReference? {
    try database.first(
      """
      SELECT o.digest, length(o.bytes) FROM study_object AS s JOIN object AS o ON o.digest = s.digest
      WHERE s.study = ?1 AND s.kind = 'modelCard' ORDER BY s.number DESC LIMIT 1
      """, [.text(study)]
    ) { row in ObjectReference(kind: .modelCard, digest: try row.digest(0), bytes: try row.count(1)) }
  }

  /// The bytes of a protocol, a model or a feature definition, for a site that one of the tenant's protocols
  /// lists and that names this digest, or of a model card that the site is told of; for an administrator (`site`
  /// nil), of any object of the tenant.
  ///
  /// Nil for what does not exist and for what is not this site's.
  package func object(_ digest: Digest, for site: String?) throws -> [UInt8]? {
    if let site {
      let isNamed = try database.first(
        """
        SELECT 1 FROM protocol_site AS s
        JOIN protocol AS p ON p.study = s.study AND p.version = s.version
        WHERE s.site = ?1 AND (p.digest = ?2 OR p.model = ?2 OR p.features = ?2)
        UNION ALL
        SELECT 1 FROM assignment AS a JOIN round AS r ON r.id = a.round
        WHERE a.site = ?1 AND r.model_card = ?2
        UNION ALL
        SELECT 1 FROM protocol_site AS s JOIN study_gate AS g ON g.study = s.study AND g.version = s.version
        WHERE s.site = ?1 AND ?2 =
          (SELECT o.digest FROM study_object AS o WHERE o.study = s.study AND o.kind = 'modelCard'
           ORDER BY o.number DESC LIMIT 1)
        LIMIT 1
        """, [.text(site), .digest(digest)]
      ) { row in try row.count(0) }
      guard isNamed != nil else { return nil }
    }
    let evaluationProtocol = try database.first(
      "SELECT bytes FROM protocol WHERE digest = ?1", [.digest(digest)]
    ) { row in try row.blob(0) }
    return try evaluationProtocol ?? bytes(of: digest)
  }
}
