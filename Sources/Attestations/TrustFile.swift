internal import CanonicalJSON
package import Cryptography

/// Why a trust file was refused or not changed.
package enum TrustError: Error, Equatable {
  /// Not canonical JSON, or of another shape.
  case malformed(String, remedy: String)
  /// Another format or another version of it.
  case format
  /// A site stands twice, or sites are not sorted.
  case siteOrder
  /// One key is pinned for two signers.
  case keyUsedTwice(signer: String)
  /// A fingerprint is not 64 hexadecimal digits.
  case fingerprintMalformed
  /// Not a site identifier.
  case siteMalformed
  /// Another key is pinned for this signer already.
  case alreadyPinned(signer: String, pinned: Fingerprint)
  /// There is no room for another site.
  case tooManySites(limit: Int)
  /// A reviewer stands twice, or reviewers are not sorted.
  case reviewerOrder
  /// Not a name of 1 to 200 characters that a document can hold.
  case nameMalformed
}

extension TrustError: CustomStringConvertible {
  /// What is wrong.
  package var description: String {
    switch self {
    case .malformed(let problem, _): "the trust file is malformed: \(problem)"
    case .format: "the file is not evidence-trust/1"
    case .siteOrder: "the trust file's sites are not sorted by id, each once"
    case .keyUsedTwice(let signer): "the key of \(signer) is pinned for another signer too"
    case .fingerprintMalformed: "not a fingerprint of 64 hexadecimal digits"
    case .siteMalformed: "not a site identifier"
    case .alreadyPinned(let signer, let pinned): "\(signer) is pinned to \(pinned) already"
    case .tooManySites(let limit): "the trust file holds at most \(limit) sites and as many reviewers"
    case .reviewerOrder: "the trust file's reviewers are not sorted by name, each once"
    case .nameMalformed: "not a name of 1 to 200 characters"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .malformed(_, let remedy): remedy
    case .format: "use a trust file that this version of the tool wrote"
    case .siteOrder, .reviewerOrder: "write the file with the tool"
    case .nameMalformed: "write the name as the protocol prints it"
    case .keyUsedTwice: "ask both signers for their fingerprints again; a key belongs to one of them"
    case .fingerprintMalformed: "copy the whole fingerprint from the signer's own status page"
    case .siteMalformed: "use 1 to 63 lower-case letters, digits and hyphens"
    case .alreadyPinned:
      "call the signer; if its root key really changed, remove the old pin first and then add the new one"
    case .tooManySites: "use one trust file for each study"
    }
  }
}

/// The verifier's own answer to "whose keys do I believe": pinned root keys of the sites and the coordinator.
///
/// It comes from the person who verifies, never from a bundle.
///
/// - Source: `protocols/trust.md`.
package struct TrustFile: Equatable, Sendable {
  /// A site with the digest of its root key.
  package struct Site: Hashable, Sendable {
    /// The site's identifier.
    package let id: String
    /// The digest of the root key's SubjectPublicKeyInfo.
    package let rootKey: Digest
  }

  /// The pinned sites, sorted by id.
  package private(set) var sites: [Site] = []
  /// A reviewer with the digest of the root key.
  package struct Reviewer: Hashable, Sendable {
    /// The name, as protocols print it.
    package let name: String
    /// The digest of the root key's SubjectPublicKeyInfo.
    package let rootKey: Digest
  }

  /// The pinned reviewers, sorted by name. Who is not here is believed as far as the protocol names the key.
  package private(set) var reviewers: [Reviewer] = []
  /// The digest of the root key above the coordinator's evidence key.
  package private(set) var coordinatorRootKey: Digest?

  private static let format = "evidence-trust/1"
  private static let mostSites = 1500

  /// A file that trusts nobody.
  package init() {}

  /// Reads a trust file.
  ///
  /// - Throws: `TrustError` naming the rule.
  package static func parse(_ bytes: [UInt8]) throws(TrustError) -> TrustFile {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: .small) } catch {
      throw .malformed(error.description, remedy: error.remedy)
    }
    let fields: Fields
    do { fields = try Fields(DocumentField(value)) } catch {
      throw .malformed(error.description, remedy: error.remedy)
    }
    guard fields.format == format else { throw .format }
    for (site, next) in zip(fields.sites, fields.sites.dropFirst())
    where !site.id.precedesInBytes(next.id) {
      throw .siteOrder
    }
    var file = TrustFile()
    if let coordinator = fields.coordinator { try file.pinCoordinator(Fingerprint(coordinator)) }
    for (id, rootKey) in fields.sites { try file.add(site: id, fingerprint: Fingerprint(rootKey)) }
    for (reviewer, next) in zip(fields.reviewers, fields.reviewers.dropFirst())
    where !reviewer.name.precedesInBytes(next.name) {
      throw .reviewerOrder
    }
    for (name, rootKey) in fields.reviewers {
      try file.add(reviewer: name, fingerprint: Fingerprint(rootKey))
    }
    return file
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    var object: JSONObject = [
      "format": .string(Self.format),
      "sites": .array(sites.map { ["id": .string($0.id), "rootKeyDigest": .string($0.rootKey.text)] }),
    ]
    if let coordinatorRootKey {
      object["coordinator"] = ["rootKeyDigest": .string(coordinatorRootKey.text)]
    }
    if !reviewers.isEmpty {
      object["reviewers"] = .array(
        reviewers.map { ["name": .string($0.name), "rootKeyDigest": .string($0.rootKey.text)] })
    }
    return encodeCanonicalJSON(.object(object))
  }

  /// The pinned root key of a reviewer; `nil` when the name is not pinned.
  package func reviewerKey(of name: String) -> Digest? {
    reviewers.first { $0.name.hasSameBytes(as: name) }?.rootKey
  }

  /// The pinned root key of a signer; `nil` when it is not pinned.
  package func rootKey(of role: SignerRole) -> Digest? {
    switch role {
    case .siteSubmission(let id): sites.first { $0.id == id }?.rootKey
    case .evidence: coordinatorRootKey
    // Reviewers are pinned by name, see `reviewerKey(of:)`.
    case .reviewer: nil
    }
  }

  /// Pins a site; pinning the same key again changes nothing.
  ///
  /// - Throws: `TrustError.alreadyPinned` when another key is pinned, `.keyUsedTwice` when another signer
  ///   has this key, `.siteMalformed`, `.tooManySites`.
  package mutating func add(site id: String, fingerprint: Fingerprint) throws(TrustError) {
    guard (try? SignerRole(site: id)) != nil else { throw .siteMalformed }
    if let known = sites.first(where: { $0.id == id }) {
      guard known.rootKey == fingerprint.digest else {
        throw .alreadyPinned(signer: "site \(id)", pinned: Fingerprint(known.rootKey))
      }
      return
    }
    guard owner(of: fingerprint.digest) == nil else { throw .keyUsedTwice(signer: "site \(id)") }
    guard sites.count < Self.mostSites else { throw .tooManySites(limit: Self.mostSites) }
    let place = sites.firstIndex { id.precedesInBytes($0.id) } ?? sites.endIndex
    sites.insert(Site(id: id, rootKey: fingerprint.digest), at: place)
  }

  /// Pins a reviewer; pinning the same key again changes nothing.
  ///
  /// - Throws: `TrustError.alreadyPinned`, `.keyUsedTwice`, `.nameMalformed`, `.tooManySites`.
  package mutating func add(reviewer name: String, fingerprint: Fingerprint) throws(TrustError) {
    guard (try? DocumentField(.string(name)).string(maximum: 200)) != nil else { throw .nameMalformed }
    if let known = reviewerKey(of: name) {
      guard known == fingerprint.digest else {
        throw .alreadyPinned(signer: name, pinned: Fingerprint(known))
      }
      return
    }
    guard owner(of: fingerprint.digest) == nil else { throw .keyUsedTwice(signer: name) }
    guard reviewers.count < Self.mostSites else { throw .tooManySites(limit: Self.mostSites) }
    let place = reviewers.firstIndex { name.precedesInBytes($0.name) } ?? reviewers.endIndex
    reviewers.insert(Reviewer(name: name, rootKey: fingerprint.digest), at: place)
  }

  /// For whom a key is pinned already.
  private func owner(of key: Digest) -> String? {
    if key == coordinatorRootKey { return "the coordinator" }
    if let site = sites.first(where: { $0.rootKey == key }) { return "site \(site.id)" }
    return reviewers.first { $0.rootKey == key }?.name
  }

  /// Pins the coordinator; pinning the same key again changes nothing.
  ///
  /// - Throws: `TrustError.alreadyPinned` when another key is pinned, `.keyUsedTwice` when a site
  ///   has this key.
  package mutating func pinCoordinator(_ fingerprint: Fingerprint) throws(TrustError) {
    if let known = coordinatorRootKey, known != fingerprint.digest {
      throw .alreadyPinned(signer: "the coordinator", pinned: Fingerprint(known))
    }
    if coordinatorRootKey == nil, let owner = owner(of: fingerprint.digest) {
      throw .keyUsedTwice(signer: owner)
    }
    coordinatorRootKey = fingerprint.digest
  }

  /// Forgets a site, so that a new key can be pinned on purpose. Says whether it was there.
  @discardableResult
  package mutating func remove(site id: String) -> Bool {
    let count = sites.count
    sites.removeAll { $0.id == id }
    return sites.count < count
  }
}

private struct Fields {
  let format: String
  let coordinator: Digest?
  let sites: [(id: String, rootKey: Digest)]
  let reviewers: [(name: String, rootKey: Digest)]

  init(_ field: DocumentField) throws(DocumentError) {
    var root = try field.object()
    format = try root.required("format").string()
    coordinator = try root.optional("coordinator").map { coordinator throws(DocumentError) in
      try Self.rootKey(coordinator)
    }
    var sites: [(id: String, rootKey: Digest)] = []
    for siteField in try root.required("sites").array(maximum: 10_000) {
      var site = try siteField.object()
      let id = try site.required("id").identifier()
      sites.append((id, try Self.digest(try site.required("rootKeyDigest"))))
      try site.finish()
    }
    self.sites = sites
    var reviewers: [(name: String, rootKey: Digest)] = []
    if let list = root.optional("reviewers") {
      let fields = try list.array(maximum: 10_000)
      guard !fields.isEmpty else {
        throw list.error("empty", remedy: "leave the key out when no reviewer is pinned")
      }
      for reviewerField in fields {
        var reviewer = try reviewerField.object()
        let name = try reviewer.required("name").string(maximum: 200)
        reviewers.append((name, try Self.digest(try reviewer.required("rootKeyDigest"))))
        try reviewer.finish()
      }
    }
    self.reviewers = reviewers
    try root.finish()
  }

  private static func rootKey(_ field: DocumentField) throws(DocumentError) -> Digest {
    var object = try field.object()
    let digest = try digest(try object.required("rootKeyDigest"))
    try object.finish()
    return digest
  }

  private static func digest(_ field: DocumentField) throws(DocumentError) -> Digest {
    let text = try field.string()
    do { return try Digest(parsing: text) } catch {
      throw field.error(error.description, remedy: error.remedy)
    }
  }
}
