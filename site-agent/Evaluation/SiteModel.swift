import Cryptography
package import EvaluationProtocols
package import Models

/// The files of a model release as the site has them.
package struct SiteModel: Sendable {
  private let artifact: [UInt8]
  private let features: [UInt8]?

  /// The artifact's bytes, and those of the feature definition where there is one.
  package init(artifact: [UInt8], features: [UInt8]?) {
    self.artifact = artifact
    self.features = features
  }

  /// Checks the files against the digests of a protocol and reads them.
  ///
  /// - Throws: `ModelError`.
  package func load(for reference: ModelReference) throws(ModelError) -> ModelArtifact {
    let format: ModelFormat =
      switch reference.kind {
      case .logisticRegression: .logisticRegression
      case .recordedScore: .recordedScore
      case .treeEnsemble: .treeEnsemble
      }
    var definition: ModelFileContent?
    if let features {
      // Where the protocol names no feature definition there is none to compare with, and none may be given.
      guard let expected = reference.features else { throw .featuresUnexpected }
      definition = ModelFileContent(bytes: features, expected: expected)
    }
    return try ModelArtifact.load(
      format, artifact: ModelFileContent(bytes: artifact, expected: reference.artifact), features: definition)
  }
}
