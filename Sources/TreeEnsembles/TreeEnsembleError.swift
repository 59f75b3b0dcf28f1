package import TreeKernel

/// Why a file of trees is not read. Field names and other texts of the file are shortened when they are kept.
package enum TreeEnsembleError: Error, Equatable {
  case fileTooLarge(limit: Int)
  /// Bytes that do not have the form of the format.
  case malformed(TreeFormat, at: Int, expected: String)
  case truncated(TreeFormat)
  case bytesAfterEnd(TreeFormat, at: Int)
  case nestedTooDeep(at: Int)
  /// A count that the rest of the file cannot hold.
  case countTooLarge(at: Int)
  case unknownField(String)
  case repeatedField(String)
  case missingField(String)
  /// A field whose value is not what the format has there.
  case wrongValue(String, expected: String)
  case notFinite(String)
  case wrongLength(String, expected: Int, found: Int)
  case unknownVersion(String)
  case unknownObjective(String)
  case unsupportedBooster(String)
  case severalOutputs
  case linearTrees
  case averagedTrees
  /// The library maps texts to category numbers with a table in the file, which is not read.
  case categoryTable
  /// The file marks a best iteration that is not its last.
  case earlierIteration(best: Int, iterations: Int)
  case trees(ForestError)
}

extension TreeEnsembleError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .fileTooLarge(let limit): "the model file is larger than \(limit) bytes"
    case .malformed(let format, let offset, let expected):
      "not \(format): expected \(expected) at byte \(offset)"
    case .truncated(let format): "the \(format) file ends before the model does"
    case .bytesAfterEnd(let format, let offset):
      "something follows the end of the \(format) model at byte \(offset)"
    case .nestedTooDeep(let offset): "values are nested too deeply at byte \(offset)"
    case .countTooLarge(let offset): "the count at byte \(offset) is larger than the file has bytes left"
    case .unknownField(let field): "the field \(field) is unknown, and could change what the model means"
    case .repeatedField(let field): "the field \(field) is given twice"
    case .missingField(let field): "the field \(field) is missing"
    case .wrongValue(let field, let expected): "the field \(field) is not \(expected)"
    case .notFinite(let field): "the field \(field) has a number that is not finite"
    case .wrongLength(let field, let expected, let found):
      "the field \(field) has \(found) values in place of \(expected)"
    case .unknownVersion(let version): "the model was written by version \(version), which is not known here"
    case .unknownObjective(let objective):
      "the model has the objective \(objective), which gives no probability"
    case .unsupportedBooster(let booster): "the model was boosted with \(booster), which is not supported"
    case .severalOutputs: "the model has more than one output"
    case .linearTrees: "the model has linear functions at its leaves"
    case .averagedTrees: "the model averages its trees (random forest)"
    case .categoryTable: "the model holds a table that turns texts into category numbers"
    case .earlierIteration(let best, let iterations):
      "the model marks iteration \(best) as its best, and has \(iterations)"
    case .trees(let error): "\(error)"
    }
  }

  /// What whoever runs the evaluation can do.
  package var remedy: String {
    switch self {
    case .fileTooLarge, .severalOutputs, .linearTrees, .averagedTrees, .unsupportedBooster:
      "ask the vendor for a model of the kind that models.md describes"
    case .unknownVersion, .unknownField:
      "have the model saved by a version that models.md lists, or update this program"
    case .unknownObjective: "have the model trained with binary:logistic, reg:logistic or LightGBM's binary"
    case .categoryTable:
      "have the model trained on category numbers, and put the numbers into the feature definition"
    case .earlierIteration:
      "have the vendor save only the iterations in use, for example booster[: best_iteration + 1]"
    case .trees(let error): error.remedy
    default: "the file is damaged, of another format or was changed; get it from the vendor again"
    }
  }

  /// A text of the file, as short and plain as a message may be.
  static func shown(_ text: String) -> String {
    let plain = text.unicodeScalars.prefix(60).map {
      $0.isASCII && $0.value >= 32 && $0.value != 127 ? $0 : "?"
    }
    return String(String.UnicodeScalarView(plain))
  }
}
