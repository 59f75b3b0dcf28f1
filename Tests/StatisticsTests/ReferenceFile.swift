import Foundation
import TestSupport
import Testing

/// A JSON file of expected numbers from other programs; `Reference/make_reference.*` write them.
struct ReferenceFile {
  private let content: [String: Any]

  init(_ name: String) throws {
    let path = Repository.path("Tests/StatisticsTests/Reference/\(name)")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    content = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// A list of rows of numbers.
  func table(_ key: String) throws -> [[Double]] {
    let table = try #require(content[key] as? [[Double]])
    try #require(!table.isEmpty)
    return table
  }

  /// A list of rows of numbers written as text, read to the last place.
  func exactTable(_ key: String) throws -> [[Double]] {
    let table = try #require(content[key] as? [[String]])
    try #require(!table.isEmpty)
    return try table.map { try $0.map { try #require(Double($0)) } }
  }

  /// A list of numbers.
  func list(_ key: String) throws -> [Double] { try #require(content[key] as? [Double]) }

  /// A list of objects.
  func objects(_ key: String) throws -> [ReferenceObject] {
    let objects = try #require(content[key] as? [[String: Any]])
    try #require(!objects.isEmpty)
    return objects.map(ReferenceObject.init)
  }
}

/// One object of a reference file.
struct ReferenceObject {
  fileprivate let content: [String: Any]

  fileprivate init(_ content: [String: Any]) { self.content = content }

  func number(_ key: String) throws -> Double { try #require(content[key] as? Double) }
  func numbers(_ key: String) throws -> [Double] { try #require(content[key] as? [Double]) }
  func integers(_ key: String) throws -> [Int] { try #require(content[key] as? [Int]) }
  func table(_ key: String) throws -> [[Double]] { try #require(content[key] as? [[Double]]) }
  func rows(_ key: String) throws -> [[Int]] { try #require(content[key] as? [[Int]]) }
  func text(_ key: String) throws -> String { try #require(content[key] as? String) }
  func objects(_ key: String) throws -> [ReferenceObject] {
    try #require(content[key] as? [[String: Any]]).map(ReferenceObject.init)
  }
  func object(_ key: String) -> ReferenceObject? {
    (content[key] as? [String: Any]).map(ReferenceObject.init)
  }
}

/// Whether two numbers agree relative to the expected one, with the absolute floor of 1e-12 that
/// the statistics plan sets (or the floor given).
func isClose(_ actual: Double, _ expected: Double, _ tolerance: Double, floor: Double = 1e-12) -> Bool {
  abs(actual - expected) <= max(tolerance * abs(expected), floor)
}
