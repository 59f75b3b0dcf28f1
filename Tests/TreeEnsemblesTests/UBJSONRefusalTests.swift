import Testing
import TreeEnsembles

/// A valid UBJSON model, changed in one place at a time.
@Suite struct UBJSONRefusalTests {
  private let bytes: [UInt8]

  init() throws { bytes = try ReferenceTable.bytes("xgboost-3.2.0-leaves.ubj") }

  private func parse(_ bytes: [UInt8]) throws(TreeEnsembleError) -> TreeEnsemble {
    try TreeEnsemble.parse(bytes, as: .xgboostUBJSON)
  }

  private func replaced(_ old: [UInt8], _ new: [UInt8]) throws -> [UInt8] {
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: old) })
    return Array(bytes[..<start]) + new + bytes[(start + old.count)...]
  }

  private func big(_ count: Int64) -> [UInt8] {
    (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
  }

  @Test func everyTruncationIsRefused() {
    for count in bytes.indices {
      #expect(throws: TreeEnsembleError.self) { try parse(Array(bytes.prefix(count))) }
    }
  }

  @Test func bytesAfterTheEndAreRefused() {
    #expect(throws: TreeEnsembleError.bytesAfterEnd(.xgboostUBJSON, at: bytes.count)) {
      try parse(bytes + [0])
    }
  }

  @Test(
    "a count larger than the rest of the file is refused before anything is allocated",
    arguments: [1_000_000_000, Int64.max, -1, Int64.min])
  func countIsBounded(count: Int64) throws {
    let name = Array("split_conditions".utf8)
    let old = name + Array("[$d#L".utf8) + big(1)
    let changed = try replaced(old, name + Array("[$d#L".utf8) + big(count))
    let error = #expect(throws: TreeEnsembleError.self) { try parse(changed) }
    guard case .countTooLarge = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let untyped = try replaced(Array("trees[#L".utf8) + big(2), Array("trees[#L".utf8) + big(count))
    #expect(throws: TreeEnsembleError.self) { try parse(untyped) }
    let key = try replaced([UInt8(ascii: "{"), UInt8(ascii: "L")] + big(7), Array("{L".utf8) + big(count))
    #expect(throws: TreeEnsembleError.self) { try parse(key) }
  }

  @Test("forms that XGBoost does not write are refused")
  func formsAreThoseOfXGBoost() throws {
    let name = Array("parents".utf8)
    let old = name + Array("[$l#L".utf8) + big(1)
    #expect((try? parse(replaced(old, old))) != nil)
    for form in ["[$S#L", "[${#L", "[$[#L", "[$T#L", "[$lL", "{#L", "[#H"] {
      let changed = try replaced(old, name + Array(form.utf8) + big(1))
      #expect(throws: TreeEnsembleError.self, "\(form)") { try parse(changed) }
    }
    let name2 = Array("reg:logistic".utf8)
    for text in [[0] + name2.dropFirst(), [0xFF] + name2.dropFirst()] {
      #expect(throws: TreeEnsembleError.self) { try parse(replaced(name2, text)) }
    }
  }

  @Test("lists nested a million deep are refused without recursion")
  func nestingIsBounded() throws {
    let name = Array("id".utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: [2] + name) })
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    let error = #expect(throws: TreeEnsembleError.self) { try parse(Array(bytes[..<(start + 3)]) + deep) }
    guard case .nestedTooDeep = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a list may have any whole type, and its end said or its count")
  func listFormsAreEqual() throws {
    let name = Array("parents".utf8)
    let old = name + Array("[$l#L".utf8) + big(1) + [0x7F, 0xFF, 0xFF, 0xFF]
    for form in [
      Array("[l".utf8) + [0, 0, 0, 1] + Array("]".utf8), Array("[#i".utf8) + [1] + Array("U".utf8) + [3],
    ] {
      #expect((try? parse(replaced(old, name + form))) != nil)
    }
  }
}
