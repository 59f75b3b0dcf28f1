/// The forms in which the libraries write trees.
package enum TreeFormat: String, Sendable, CaseIterable {
  case xgboostJSON = "xgboost-json"
  case xgboostUBJSON = "xgboost-ubj"
  case lightGBMText = "lightgbm-text"
}

extension TreeFormat {
  /// The format that the first bytes of a file can only be; nothing when it is none of them.
  package init?(recognising bytes: [UInt8]) {
    if bytes.starts(with: "tree\n".utf8) {
      self = .lightGBMText
      return
    }
    let text = bytes.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    guard text.first == UInt8(ascii: "{") else { return nil }
    let next = text.dropFirst().first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    switch next {
    case UInt8(ascii: "\""): self = .xgboostJSON
    // In UBJSON a key begins with the type of its length.
    case UInt8(ascii: "i"), UInt8(ascii: "U"), UInt8(ascii: "I"), UInt8(ascii: "l"), UInt8(ascii: "L"):
      self = .xgboostUBJSON
    default: return nil
    }
  }
}

extension TreeFormat: CustomStringConvertible {
  package var description: String {
    switch self {
    case .xgboostJSON: "XGBoost JSON"
    case .xgboostUBJSON: "XGBoost UBJSON"
    case .lightGBMText: "LightGBM text"
    }
  }
}
