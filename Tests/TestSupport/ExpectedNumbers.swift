import Foundation

/// Numbers of documents as other programs computed them, as `compare_matrix.py` wrote them down.
///
/// Each entry names a file, the place of an object in it, and numbers of that object by path, with the tolerance that
/// the written decimals and the inputs allow.
package struct ExpectedNumbers {
  /// Digest of the protocol that the numbers are of.
  package let protocolDigest: String
  private let entries: [Entry]

  private struct Entry {
    let name: String
    let file: String
    let place: [Substring]
    let numbers: [String: Double]
    let tolerance: Double
  }

  private struct Malformed: Error {}

  /// How many numbers there are.
  package var count: Int { entries.reduce(0) { $0 + $1.numbers.count } }

  /// Reads a file of expected numbers.
  package init(_ path: String) throws {
    let file = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    guard let document = file as? [String: Any], let digest = document["protocol"] as? String,
      let values = document["values"] as? [[String: Any]]
    else { throw Malformed() }
    protocolDigest = digest
    entries = try values.map { value in
      guard let file = value["file"] as? String, let place = value["at"] as? String,
        let numbers = value["numbers"] as? [String: Any],
        let tolerance = value["tolerance"] as? NSNumber
      else { throw Malformed() }
      let texts = value.sorted { $0.key < $1.key }.compactMap { $0.value as? String }
      return Entry(
        name: texts.joined(separator: " "), file: file, place: place.split(separator: "/"),
        numbers: try numbers.mapValues { number in
          guard let number = number as? NSNumber else { throw Malformed() }
          return number.doubleValue
        }, tolerance: tolerance.doubleValue)
    }
  }

  /// What is missing from the files, or farther from its expected value than the tolerance.
  package func disagreements(in files: [(path: String, bytes: [UInt8])]) throws -> [String] {
    let documents = try Dictionary(
      uniqueKeysWithValues: files.map {
        ($0.path, try JSONSerialization.jsonObject(with: Data($0.bytes)))
      })
    return entries.flatMap { entry in
      let object = entry.place.reduce(documents[entry.file]) { member(of: $0, $1) }
      return entry.numbers.sorted { $0.key < $1.key }.compactMap { path, expected -> String? in
        let found = path.split(separator: ".").reduce(object) { member(of: $0, $1) }
        guard let text = found as? String, let number = Double(text) else {
          return "\(entry.name): no \(path)"
        }
        return abs(number - expected) <= entry.tolerance
          ? nil : "\(entry.name): \(path) is \(text), expected \(expected)"
      }
    }
  }

  private func member(of value: Any?, _ name: Substring) -> Any? {
    if let array = value as? [Any] {
      return Int(name).flatMap { array.indices.contains($0) ? array[$0] : nil }
    }
    return (value as? [String: Any])?[String(name)]
  }
}
