import TreeEnsembles

/// LightGBM's text form.
struct LightGBMTarget: FuzzTarget {
  static let name = "lightgbm"

  func run(_ bytes: [UInt8]) {
    guard let model = try? TreeEnsemble.parse(bytes, as: .lightGBMText) else { return }
    _ = checkModel(model, scale: Double(model.treeCount) * largestLeaf(in: bytes) + 1)
  }

  /// The largest magnitude in any line `leaf_value=…`.
  private func largestLeaf(in bytes: [UInt8]) -> Double {
    let key = Array("leaf_value=".utf8)
    return bytes.split(separator: 0x0A).filter { $0.starts(with: key) }.reduce(0) { largest, line in
      line.dropFirst(key.count).split(separator: 0x20).reduce(largest) {
        max($0, abs(Double(String(decoding: $1, as: UTF8.self)) ?? .infinity))
      }
    }
  }
}
