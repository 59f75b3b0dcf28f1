package import CanonicalJSON
package import Cryptography
package import TreeEnsembles

/// The two files that a model release consists of.
package enum ModelFile: String, Sendable {
  case artifact = "model artifact"
  case features = "feature definition"
}

/// Why a model cannot be used.
package enum ModelError: Error, Equatable {
  /// The bytes are not those that the protocol names.
  case otherFile(ModelFile, expected: Digest, found: Digest)
  /// The model needs a feature definition and none was given.
  case featuresMissing
  /// The model computes no inputs, yet a feature definition was given.
  case featuresUnexpected
  case syntax(ModelFile, JSONError)
  case content(ModelFile, DocumentError)
  /// The model asks for an input that the feature definition does not make.
  case unknownFeature(String)
  case trees(TreeEnsembleError)
  /// The bytes are in none of the formats of tree ensembles.
  case unknownTreeFormat
  /// The file of trees has no names of its inputs, so nothing says which feature is which.
  case inputsUnnamed
  /// A score of trees cannot be divided among the inputs; why, in words.
  case contributions(String)
  /// Another number of answers than of rows.
  case scoreCount(expected: Int, found: Int)
  /// A computed score that is a number and no probability.
  case scoreOutOfRange
  /// A row scored a second time, among other rows, gave other bits.
  case scoreDependsOnRows
}

extension ModelError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .otherFile(let file, let expected, let found):
      "\(file.rawValue) is \(found.text), the protocol names \(expected.text)"
    case .featuresMissing: "the model computes inputs, and there is no feature definition"
    case .featuresUnexpected: "a feature definition is given for a model that computes no inputs"
    case .syntax(let file, let error): "\(file.rawValue): \(error)"
    case .content(let file, let error): "\(file.rawValue): \(error)"
    case .unknownFeature(let name):
      "the model takes the input \(name), which the feature definition does not make"
    case .trees(let error): "\(ModelFile.artifact.rawValue): \(error)"
    case .unknownTreeFormat: "the model artifact is no file of trees that XGBoost or LightGBM writes"
    case .inputsUnnamed: "the model artifact does not name its inputs"
    case .contributions(let why): "the score cannot be divided among the inputs: \(why)"
    case .scoreCount(let expected, let found): "the model gave \(found) scores for \(expected) rows"
    case .scoreOutOfRange: "the model gave a score outside 0 to 1"
    case .scoreDependsOnRows: "the model gave a row another score when it was scored again among other rows"
    }
  }

  /// What whoever runs the evaluation can do.
  package var remedy: String {
    switch self {
    case .otherFile(let file, _, _): "get the \(file.rawValue) of the release that the protocol names"
    case .featuresMissing: "give the features.json of the model release"
    case .featuresUnexpected: "leave out the feature definition"
    case .syntax(_, let error): error.remedy
    case .content(_, let error): error.remedy
    case .trees(let error): error.remedy
    case .unknownTreeFormat: "ask the vendor for XGBoost's JSON or UBJSON, or LightGBM's text form"
    case .inputsUnnamed: "have the model saved with the names of its features"
    case .contributions: "ask the vendor for the model as the library saves it, with the cover of its nodes"
    case .scoreCount, .scoreDependsOnRows:
      "do not use the model; tell the vendor that a score has to follow from its row alone"
    case .scoreOutOfRange: "ask the vendor for a model whose scores are probabilities"
    case .unknownFeature: "ask the vendor for the feature definition that belongs to this artifact"
    }
  }
}
