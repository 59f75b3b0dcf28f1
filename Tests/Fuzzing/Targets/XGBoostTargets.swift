import CanonicalJSON
import TreeEnsembles

/// XGBoost's JSON, and the same model in the other encoding.
struct XGBoostJSONTarget: FuzzTarget {
  static let name = "xgboost-json"
  private static let limits = JSONLimits(maximumBytes: 1 << 20, maximumValues: 1_000_000)

  func run(_ bytes: [UInt8]) {
    guard let model = try? TreeEnsemble.parse(bytes, as: .xgboostJSON) else { return }
    // The bare words of XGBoost's JSON, and longer numbers, are more than standard JSON has.
    guard let value = try? parseForeignJSON(bytes, limits: Self.limits) else {
      _ = checkModel(model)
      return
    }
    let answers = checkModel(model, scale: Double(model.treeCount) * largestCondition(in: value) + 1)
    var encoded: [UInt8] = []
    guard appendUBJSON(value, to: &encoded) else { return }
    guard let other = try? TreeEnsemble.parse(encoded, as: .xgboostUBJSON) else {
      broken("a model of JSON is none in UBJSON")
    }
    demand(checkModel(other) == answers, "JSON and UBJSON of one model score otherwise")
  }

  /// The largest magnitude in any `split_conditions`: those of leaves are their values.
  private func largestCondition(in value: ForeignJSONValue) -> Double {
    switch value {
    case .object(let members):
      return members.reduce(0) { largest, member in
        guard member.key == "split_conditions", case .array(let numbers) = member.value else {
          return max(largest, largestCondition(in: member.value))
        }
        return numbers.reduce(largest) { largest, number in
          if case .number(let text) = number { max(largest, abs(Double(text) ?? .infinity)) } else { largest }
        }
      }
    case .array(let elements): return elements.reduce(0) { max($0, largestCondition(in: $1)) }
    default: return 0
    }
  }
}

/// XGBoost's UBJSON.
struct XGBoostUBJSONTarget: FuzzTarget {
  static let name = "xgboost-ubj"

  func run(_ bytes: [UInt8]) {
    guard let model = try? TreeEnsemble.parse(bytes, as: .xgboostUBJSON) else { return }
    _ = checkModel(model)
  }
}

/// Writes JSON as UBJSON: whole numbers as such, all others as binary32. False where a `-0` stands, which is whole in
/// one place and a number with a sign in another.
private func appendUBJSON(_ value: ForeignJSONValue, to bytes: inout [UInt8]) -> Bool {
  switch value {
  case .object(let members):
    bytes.append(UInt8(ascii: "{"))
    for member in members {
      appendText(member.key, to: &bytes)
      guard appendUBJSON(member.value, to: &bytes) else { return false }
    }
    bytes.append(UInt8(ascii: "}"))
  case .array(let elements):
    bytes.append(UInt8(ascii: "["))
    for element in elements { guard appendUBJSON(element, to: &bytes) else { return false } }
    bytes.append(UInt8(ascii: "]"))
  case .string(let text):
    bytes.append(UInt8(ascii: "S"))
    appendText(text, to: &bytes)
  case .number(let text):
    if text == "-0" { return false }
    if let whole = Int64(text) {
      bytes.append(UInt8(ascii: "L"))
      appendBigEndian(UInt64(bitPattern: whole), to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "d"))
      appendBigEndian((Float(text) ?? .nan).bitPattern, to: &bytes)
    }
  case .boolean(let flag): bytes.append(flag ? UInt8(ascii: "T") : UInt8(ascii: "F"))
  case .null: bytes.append(UInt8(ascii: "Z"))
  }
  return true
}

private func appendText(_ text: String, to bytes: inout [UInt8]) {
  bytes.append(UInt8(ascii: "L"))
  appendBigEndian(UInt64(text.utf8.count), to: &bytes)
  bytes += text.utf8
}

private func appendBigEndian(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
  withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
}
