package import Cryptography

/// What a reviewer must not be.
package enum IndependenceRule: String, CaseIterable, Sendable {
  case notProtocolAuthor, notModelAuthor, notVendorEmployee, distinctOrganisation

  /// The rule in running text, after "and".
  package var words: String {
    switch self {
    case .notProtocolAuthor: "is no author of the protocol"
    case .notModelAuthor: "is no author of the model"
    case .notVendorEmployee: "does not work for the vendor"
    case .distinctOrganisation: "is of no other reviewer's organisation"
    }
  }
}

/// Who wrote the protocol, who made the model, and whose the model is: whom reviewers are independent of.
package struct Authorship: Sendable, Equatable {
  /// The organisation that owns the model.
  package let vendor: String
  package let protocolAuthors: [Author]
  package let modelAuthors: [Author]
}

/// One author.
package struct Author: Sendable, Equatable {
  package let name: String
  package let organisation: String
  /// SHA-256 of the author's public key, where it is known.
  package let fingerprint: Digest?
}

/// Why a person may not sign for an entry of a phase.
package enum IndependenceProblem: Error, Equatable {
  /// The entry asks for independence, and the protocol does not say of whom.
  case authorsNotNamed
  case isProtocolAuthor(String)
  case isModelAuthor(String)
  case isVendorEmployee(String)
  /// Another entry of the phase has the person's organisation.
  case sharesOrganisation(String, with: String)
}

extension IndependenceProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .authorsNotNamed: "asks for independence, and the protocol has no authorship"
    case .isProtocolAuthor(let person): "\(person) is an author of the protocol"
    case .isModelAuthor(let person): "\(person) is an author of the model"
    case .isVendorEmployee(let person): "\(person) works for the vendor"
    case .sharesOrganisation(let person, let other): "\(person) and \(other) are of one organisation"
    }
  }

  /// What the author of the protocol, or who names a delegate, can do.
  package var remedy: String {
    switch self {
    case .authorsNotNamed: "add authorship, with the vendor and the authors of the protocol and the model"
    default: "name another person, or leave out the rule"
    }
  }
}

/// Whether a person may sign for an entry of a phase: the entry's own person, or a delegate.
///
/// Names and organisations compare by bytes, ASCII letters without their case. A fingerprint that is known
/// on both sides counts as the person whatever the name is.
///
/// - Returns: the first rule of the entry, in its order, that the person breaks; `nil` when all hold.
package func independenceProblem(
  person: String, organisation: String, fingerprint: Digest?, for entry: RequiredSignOff, in phase: Phase,
  authorship: Authorship?
) -> IndependenceProblem? {
  guard !entry.independence.isEmpty else { return nil }
  guard let authorship else { return .authorsNotNamed }
  func isAmong(_ authors: [Author]) -> Bool {
    authors.contains { author in
      author.name.isSameName(as: person) || (fingerprint != nil && author.fingerprint == fingerprint)
    }
  }
  for rule in entry.independence {
    switch rule {
    case .notProtocolAuthor where isAmong(authorship.protocolAuthors):
      return .isProtocolAuthor(person)
    case .notModelAuthor where isAmong(authorship.modelAuthors):
      return .isModelAuthor(person)
    case .notVendorEmployee where organisation.isSameName(as: authorship.vendor):
      return .isVendorEmployee(person)
    case .distinctOrganisation:
      // Roles are unique within a phase, so the role tells the entry itself from the others.
      let other = phase.signOffs.first {
        !$0.role.isSameName(as: entry.role) && $0.organisation.isSameName(as: organisation)
      }
      if let other { return .sharesOrganisation(person, with: other.person) }
    default: break
    }
  }
  return nil
}

extension String {
  /// The bytes with the letters A to Z as a to z: how names of people and organisations are compared.
  var foldedBytes: [UInt8] {
    utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  }

  /// Whether two names of people, roles or organisations are the same.
  package func isSameName(as other: String) -> Bool { foldedBytes == other.foldedBytes }
}
