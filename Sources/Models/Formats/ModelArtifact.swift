package import Cryptography
package import TreeEnsembles

/// The artifact formats that this program runs.
package enum ModelFormat: Sendable, Equatable {
  case logisticRegression
  case recordedScore
  /// XGBoost's JSON or UBJSON, or LightGBM's text form; the bytes say which.
  case treeEnsemble
}

/// One file of a model release, with the digest that it has to have.
package struct ModelFileContent: Sendable {
  package let bytes: [UInt8]
  package let expected: Digest

  /// Bytes as read, and the digest that the protocol names.
  package init(bytes: [UInt8], expected: Digest) {
    self.bytes = bytes
    self.expected = expected
  }

  // The digest is taken of the very bytes that are parsed next, so nothing can change in between.
  fileprivate func checkedBytes(of file: ModelFile) throws(ModelError) -> [UInt8] {
    let found = Digest(of: bytes)
    guard found == expected else { throw .otherFile(file, expected: expected, found: found) }
    return bytes
  }
}

/// A model that is ready to score rows: parsed, bounded, and bound to its feature definition.
package enum ModelArtifact: Sendable {
  case logisticRegression(LogisticRegressionModel, inputs: [Feature])
  case recordedScore(RecordedScoreModel)
  case treeEnsemble(TreeEnsemble, inputs: [Feature])

  /// Checks the digests, then parses the same bytes.
  ///
  /// - Parameter features: the feature definition, for formats that compute inputs and for no other.
  /// - Throws: `ModelError` with a remedy.
  package static func load(
    _ format: ModelFormat, artifact: ModelFileContent, features: ModelFileContent?
  ) throws(ModelError) -> ModelArtifact {
    let bytes = try artifact.checkedBytes(of: .artifact)
    switch (format, features) {
    case (.logisticRegression, nil), (.treeEnsemble, nil): throw .featuresMissing
    case (.recordedScore, .some): throw .featuresUnexpected
    case (.recordedScore, nil): return .recordedScore(try RecordedScoreModel.parse(bytes))
    case (.logisticRegression, let features?):
      let definition = try FeatureDefinition.parse(features.checkedBytes(of: .features))
      let model = try LogisticRegressionModel.parse(bytes)
      return .logisticRegression(model, inputs: try definition.inputs(named: model.terms.map(\.name)))
    case (.treeEnsemble, let features?):
      let definition = try FeatureDefinition.parse(features.checkedBytes(of: .features))
      let model = try parseTrees(bytes)
      guard !model.featureNames.isEmpty else { throw .inputsUnnamed }
      return .treeEnsemble(model, inputs: try definition.inputs(named: model.featureNames))
    }
  }

  private static func parseTrees(_ bytes: [UInt8]) throws(ModelError) -> TreeEnsemble {
    guard let format = TreeFormat(recognising: bytes) else { throw .unknownTreeFormat }
    do { return try TreeEnsemble.parse(bytes, as: format) } catch { throw .trees(error) }
  }

  /// The columns that scoring reads, each once, in order of first use.
  package var columns: [String] {
    switch self {
    case .logisticRegression(_, let inputs), .treeEnsemble(_, let inputs): inputs.map(\.column).firstOfEach
    case .recordedScore(let model): [model.column]
    }
  }
}

extension FeatureDefinition {
  /// The inputs with these names, in their order.
  fileprivate func inputs(named names: [String]) throws(ModelError) -> [Feature] {
    let texts = CellTexts(features.map(\.name))
    var inputs: [Feature] = []
    for name in names {
      guard let place = texts.place(of: Cell(name.utf8)) else { throw .unknownFeature(name) }
      inputs.append(features[place])
    }
    return inputs
  }
}
