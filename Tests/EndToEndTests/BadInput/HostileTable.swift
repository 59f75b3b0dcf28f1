import Foundation
import StudyFixtures
import TestSupport
import Testing

/// A data file that no evaluation of the heart disease example may count, and what is said of it.
struct HostileTable: Sendable, CustomTestStringConvertible {
  let name: String
  /// Part of the one sentence.
  let sentence: String
  /// Whether it can be divided into rows, so that only an evaluation finds out.
  let isTable: Bool
  let bytes: @Sendable (_ good: String) throws -> [UInt8]

  var testDescription: String { name }

  init(
    _ name: String, _ sentence: String, isTable: Bool = false,
    _ bytes: @escaping @Sendable (_ good: String) throws -> [UInt8]
  ) {
    self.name = name
    self.sentence = sentence
    self.isTable = isTable
    self.bytes = bytes
  }

  static let good = HeartDiseaseStudy.folder + "/sites/budapest/data.csv"

  func write(to path: String) throws {
    let text = String(decoding: try fileBytes(Self.good), as: UTF8.self)
    try Data(bytes(text)).write(to: URL(filePath: path))
  }

  static let all: [HostileTable] = [
    HostileTable("truncated gzip", "is a gzip file that ends too early") {
      try Array(packed($0).dropLast(9))
    },
    HostileTable("damaged gzip", "is a gzip file that is damaged") { good in
      var bytes = try packed(good)
      bytes[bytes.count / 2] ^= 0x55
      bytes[bytes.count / 2 + 1] ^= 0x55
      return bytes
    },
    HostileTable("unbalanced quote", "a quotation mark in the row that begins at line 296 is never closed") {
      Array(($0 + "BUD-999,\"open,1\n2,3\n").utf8)
    },
    HostileTable("ragged rows", "cannot be read, which is the most that the protocol bears", isTable: true) {
      Array(($0 + String(repeating: "BUD-999,1\n", count: 10)).utf8)
    },
    HostileTable("NUL at the start", "is not UTF-8 text") { [0] + Array($0.utf8) },
    HostileTable("NUL in cells", "cannot be read, which is the most that the protocol bears", isTable: true) {
      Array($0.replacing(",male,", with: ",ma\0le,").utf8)
    },
    HostileTable("UTF-16", "is not UTF-8 text: it begins as UTF-16") { good in
      [0xFF, 0xFE]
        + good.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    },
    HostileTable("line of 1 GiB", "the row that begins at line 296 has more than 1048576 bytes") { good in
      // Packed piece by piece: a thousand members of a mebibyte each.
      let piece = try packed(String(repeating: "a", count: 1 << 20))
      return try packed(good) + (0..<1024).flatMap { _ in piece }
    },
    HostileTable("header twice", "the header stands again at line 296") { good in
      Array((good + good.prefix { $0 != "\n" } + "\n").utf8)
    },
    HostileTable("missing column", "has no column thalach, which is read for the model", isTable: true) {
      Array($0.replacing("thalach", with: "pulse").utf8)
    },
    HostileTable("other unit", "lie outside 80 to 700 mg/dl, as they do in another unit", isTable: true) {
      changing("chol", in: $0) { $0.isEmpty ? "" : "\((Double($0) ?? 0) / 38.67)" }
    },
    HostileTable("no label", "holds no label that the protocol lists", isTable: true) {
      changing("label", in: $0) { _ in "2" }
    },
    HostileTable("no number", "column age: all of its filled cells are no numbers", isTable: true) {
      changing("age", in: $0) { _ in "nan" }
    },
  ]

  /// The table with every cell of a column changed.
  static func changing(_ column: String, in good: String, _ change: (String) -> String) -> [UInt8] {
    var lines = good.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let place = lines[0].firstIndex(of: column) else { return [] }
    for row in lines.indices.dropFirst() { lines[row][place] = change(lines[row][place]) }
    return Array((lines.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n").utf8)
  }

  private static func packed(_ text: String) throws -> [UInt8] {
    try withTemporaryDirectory { folder in
      try Data(text.utf8).write(to: URL(filePath: folder + "/t"))
      _ = try OtherProgram.run("gzip", ["-1", folder + "/t"])
      return try fileBytes(folder + "/t.gz")
    }
  }
}
