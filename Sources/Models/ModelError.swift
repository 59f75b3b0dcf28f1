package import CanonicalJSON
package import Cryptography

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
    case .unknownFeature: "ask the vendor for the feature definition that belongs to this artifact"
    }
  }
}
