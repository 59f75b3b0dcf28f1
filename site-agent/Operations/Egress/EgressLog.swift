import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// Why an egress log cannot be believed.
package enum EgressLogError: Error, Equatable {
  case malformed(entry: Int, problem: String)
  case chainBroken(entry: Int)
  case outOfSequence(entry: Int, found: Int)
  /// The row beside the entry, by which lists are made, says something else.
  case columnDiffers(entry: Int)
  /// The stored body is not the one that the entry names.
  case bodyDiffers(entry: Int)
  /// A submission that the store calls sent has no entry.
  case entryMissing(assignment: String)
  case header(problem: String)
  /// The log does not end where the reader knows that it once did.
  case headMissing(expected: Digest)
}

extension EgressLogError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let entry, let problem): "egress log: entry \(entry): \(problem)"
    case .chainBroken(let entry): "egress log: entry \(entry) does not follow the one before it"
    case .outOfSequence(let entry, let found):
      "egress log: entry \(entry) says that it is number \(found)"
    case .columnDiffers(let entry): "egress log: entry \(entry) and its row in the store differ"
    case .bodyDiffers(let entry): "egress log: the body kept for entry \(entry) is not the one it names"
    case .entryMissing(let assignment): "egress log: what was sent for \(assignment) has no entry"
    case .header(let problem): "egress log: first line: \(problem)"
    case .headMissing(let expected): "egress log: no entry has the digest \(expected.text)"
    }
  }

  /// What the reader of the log can do.
  package var remedy: String {
    switch self {
    case .headMissing:
      "the log was cut off or replaced after that digest was noted; compare it with a backup and tell the privacy officer"
    case .header: "give a file that `site-agent egress show --out` wrote, unchanged"
    default: "the log was changed after it was written; compare it with a backup and tell the privacy officer"
    }
  }
}

/// What a verified log holds.
package struct EgressLogSummary: Sendable, Equatable {
  package let entries: Int
  /// The digest of the last entry, to be noted elsewhere; of the tenant's id while there is none.
  package let head: Digest
}

/// The chain of entries as bytes, wherever they come from.
package enum EgressLog {
  /// The value of the first line's `format` member.
  package static let format = "urn:equipoise:egress-log:v1"

  /// What the first entry has in the place of a previous digest.
  package static func origin(tenant: String) -> Digest { Digest(of: Array(tenant.utf8)) }

  /// Checks that entries follow one another.
  ///
  /// - Parameter knownHead: a digest that the reader noted earlier; the log has to contain it still.
  /// - Throws: `EgressLogError` naming the first entry that is wrong.
  package static func verify(
    _ entries: [[UInt8]], tenant: String, knownHead: Digest? = nil
  ) throws(EgressLogError) -> EgressLogSummary {
    var previous = origin(tenant: tenant)
    var isKnown = knownHead == nil || knownHead == previous
    for (index, bytes) in entries.enumerated() {
      let position = index + 1
      let entry = try EgressEntry(parsing: bytes, at: position)
      guard entry.previous == previous else { throw .chainBroken(entry: position) }
      guard entry.sequence == position else { throw .outOfSequence(entry: position, found: entry.sequence) }
      previous = Digest(of: bytes)
      if previous == knownHead { isKnown = true }
    }
    if let knownHead, !isKnown { throw .headMissing(expected: knownHead) }
    return EgressLogSummary(entries: entries.count, head: previous)
  }

  /// The file for people and programs outside: a line that says whose log it is, then one line an entry.
  package static func export(_ entries: [[UInt8]], tenant: String, site: String) -> [UInt8] {
    let header = encodeCanonicalJSON([
      "format": .string(format), "tenant": .string(tenant), "site": .string(site),
      "entries": .integer(Int64(entries.count)),
    ])
    return ([header] + entries).flatMap { $0 + [0x0A] }
  }

  /// Checks an exported file; nothing else is needed.
  ///
  /// - Throws: `EgressLogError`.
  package static func verify(
    exported file: [UInt8], knownHead: Digest? = nil
  ) throws(EgressLogError) -> EgressLogSummary {
    guard file.last == 0x0A else { throw .header(problem: "the file does not end with a line") }
    var lines = file.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)[...]
    let header = lines.popFirst() ?? []
    let tenant: String
    let count: Int
    do {
      var object = try DocumentField(parseCanonicalJSON(header, limits: .small)).object()
      try object.expectFormat(format)
      tenant = try object.required("tenant").string(maximum: 100)
      _ = try object.required("site").identifier()
      count = try object.required("entries").integer(in: 0...Int(JSONValue.maximumInteger))
      try object.finish()
    } catch {
      throw .header(problem: "\(error)")
    }
    guard count == lines.count else { throw .header(problem: "says \(count) entries, \(lines.count) follow") }
    return try verify(Array(lines), tenant: tenant, knownHead: knownHead)
  }
}
