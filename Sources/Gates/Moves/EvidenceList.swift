package import Attestations
import CanonicalJSON
package import Cryptography

/// The files that a sign-off is about, by digest, sorted by name.
///
/// - Source: `protocols/gates.md`, section 4.
package struct EvidenceList: Equatable, Sendable {
  /// Sorted by name, each name once.
  package let subjects: [Subject]

  /// A list; names are taken as they are given.
  package init(_ subjects: [Subject]) {
    self.subjects = subjects.sorted { $0.name.precedesInBytes($1.name) }
  }

  /// The list of a study without evidence of its phase.
  package init(protocolAlone digest: Digest) {
    self.init([Subject(name: "protocol/protocol.json", digest: digest)])
  }

  /// The list that a signed decision has as subjects, next to its page.
  ///
  /// - Returns: the list and the page, or nil when there is no page among them, or more than one.
  package static func split(_ subjects: [Subject]) -> (list: EvidenceList, page: Subject)? {
    let pages = subjects.filter { $0.name.hasPrefix(pageFolder) }
    guard pages.count == 1 else { return nil }
    return (EvidenceList(subjects.filter { !$0.name.hasPrefix(pageFolder) }), pages[0])
  }

  /// The path of the page that reviewers of a gate read.
  package static func page(of gate: Gate) -> String { "\(pageFolder)\(gate.rawValue).html" }

  private static let pageFolder = "review/"

  /// The SHA-256 of the list's canonical bytes.
  package var digest: Digest {
    Digest(
      of: encodeCanonicalJSON(
        .array(subjects.map { ["name": .string($0.name), "digest": .string($0.digest.text)] })))
  }
}
