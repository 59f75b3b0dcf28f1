import Attestations
import CanonicalJSON
import Cryptography
import Foundation
import TestSupport
import Testing

/// A folder that is gone after the test.
private final class Folder {
  let path = FileManager.default.temporaryDirectory.path + "/equipoise-\(UUID())"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  /// Runs a shell script in the folder and returns what it wrote, after its exit status.
  func run(_ script: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-euc", script]
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}

@Suite struct SigningIdentityTests {
  private let now: UTCTime
  private let subject = Subject(name: "sites/north/aggregate.json", digest: Digest(of: [1]))

  init() throws { now = try UTCTime(parsing: "2026-11-23T12:00:00Z") }

  private func makeStatement(
    type: PredicateType = .siteSubmission, predicate: JSONObject = ["site": "north"]
  ) throws -> Statement {
    try Statement(subjects: [subject], predicateType: type, predicate: predicate)
  }

  private func verify(
    _ file: [UInt8], of identity: SigningIdentity, pinned: Digest? = nil
  ) throws -> VerifiedAttestation {
    try UnverifiedAttestation.parse(file).verify(
      role: identity.role, predicateType: .siteSubmission, root: identity.root,
      pinnedRootKey: pinned ?? identity.fingerprint.digest, at: now)
  }

  @Test func whatIsSignedVerifiesAndSaysWhoAndWhat() throws {
    let identity = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    let statement = try makeStatement()
    let file = try identity.sign(statement)
    #expect(try UnverifiedAttestation.parse(file).claimedRole == identity.role)
    let verified = try verify(file, of: identity)
    #expect(verified.statement == statement && verified.role == identity.role)
    #expect(verified.rootKey == identity.fingerprint.digest)
    #expect(verified.leafKey == identity.leaf.publicKey.digest)
    var predicate = try verified.predicate.object()
    #expect(try predicate.required("site").identifier() == "north")
  }

  @Test func identityOfAStatementDoesNotDependOnItsSignature() throws {
    let identity = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    let first = try identity.sign(makeStatement())
    let second = try identity.sign(makeStatement())
    #expect(first != second)
    #expect(try verify(first, of: identity).signedDigest == verify(second, of: identity).signedDigest)
  }

  @Test func pinDecidesWhateverRootIsOffered() throws {
    let identity = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    let stranger = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    let file = try stranger.sign(makeStatement())
    let error = #expect(throws: AttestationError.self) {
      try verify(file, of: stranger, pinned: identity.fingerprint.digest)
    }
    #expect(error?.rule == "rootNotPinned")
  }

  @Test func savedIdentityLoadsWithoutItsRootKeyAndSigns() throws {
    let folder = try Folder()
    let path = folder.path + "/keys"
    let identity = try SigningIdentity.create(role: .evidence, now: now)
    try identity.save(to: path)
    for (name, mode) in [("root.key", 0o600), ("leaf.key", 0o600), ("root.pem", 0o644), ("leaf.pem", 0o644)] {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
    }
    try FileManager.default.removeItem(atPath: path + "/root.key")
    let loaded = try SigningIdentity.load(from: path)
    #expect(loaded.role == .evidence && loaded.fingerprint == identity.fingerprint)
    #expect(throws: Never.self) { try loaded.sign(makeStatement(type: .manifest)) }
  }

  @Test func savingTwiceOverwritesNothing() throws {
    let folder = try Folder()
    try SigningIdentity.create(role: .evidence, now: now).save(to: folder.path)
    let before = try folder.read("leaf.key")
    let other = try SigningIdentity.create(role: .evidence, now: now)
    #expect(throws: SigningIdentityError.file(.exists(path: folder.path + "/root.key"))) {
      try other.save(to: folder.path)
    }
    #expect(try folder.read("leaf.key") == before)
  }

  @Test func mixedOrOpenFilesAreNotLoaded() throws {
    let folder = try Folder()
    let path = folder.path + "/keys"
    let otherPath = folder.path + "/other"
    try SigningIdentity.create(role: SignerRole(site: "north"), now: now).save(to: path)
    try SigningIdentity.create(role: SignerRole(site: "south"), now: now).save(to: otherPath)
    for name in ["leaf.key", "leaf.pem", "root.pem"] {
      let own = try folder.read("keys/\(name)")
      try folder.write(try folder.read("other/\(name)"), to: "keys/\(name)")
      let error = #expect(throws: SigningIdentityError.self) { try SigningIdentity.load(from: path) }
      guard case .inconsistent = error else {
        Issue.record("\(name): \(String(describing: error))")
        return
      }
      try folder.write(own, to: "keys/\(name)")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(path)/\(name)")
    }
    #expect(throws: Never.self) { try SigningIdentity.load(from: path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path + "/leaf.key")
    let error = #expect(throws: SigningIdentityError.self) { try SigningIdentity.load(from: path) }
    #expect(error?.remedy == "chmod 600 \(path)/leaf.key")
  }

  @Test(arguments: PredicateType.allCases)
  func rolesSignOnlyTheirOwnStatements(type: PredicateType) throws {
    let sayings: [(SigningIdentity, Set<PredicateType>)] = [
      (
        try SigningIdentity.create(role: SignerRole(site: "north"), now: now),
        [
          .siteSubmission, .protocolAcceptance, .siteEnrolment, .siteConsent, .acknowledgement,
          .referenceProfile,
        ]
      ),
      (
        try SigningIdentity.create(role: .evidence, now: now),
        [.manifest, .receipt, .phaseGrant, .stopOrder]
      ),
      (try SigningIdentity.create(role: .reviewer, now: now), [.gateDecision, .delegation]),
    ]
    #expect(sayings.count { $0.1.contains(type) } == 1)
    for (signer, allowed) in sayings {
      if allowed.contains(type) {
        #expect(throws: Never.self) { try signer.sign(makeStatement(type: type)) }
      } else {
        #expect(throws: SigningIdentityError.statement(.roleMayNotSign(signer.role, type))) {
          try signer.sign(makeStatement(type: type))
        }
      }
    }
  }

  @Test(
    arguments: [
      ["note": "a\u{202E}b"], ["note": "e\u{301}"], ["Note": "x"], ["count": 9_007_199_254_740_992],
    ] as [JSONObject])
  func whatNobodyCouldReadIsNotSigned(predicate: JSONObject) throws {
    let identity = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    let error = #expect(throws: SigningIdentityError.self) {
      try identity.sign(makeStatement(predicate: predicate))
    }
    guard case .statement(.notCanonical) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// The first `sh` block after the heading "By hand" of `protocols/attestations.md`.
  private func recipe() throws -> String {
    let page = try String(
      contentsOf: URL(fileURLWithPath: Repository.path("protocols/attestations.md")), encoding: .utf8)
    let section = try #require(page.components(separatedBy: "By hand\n").last)
    return try #require(section.components(separatedBy: "```").dropFirst().first).replacing("sh\n", with: "")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jq"), "the recipe needs jq"))
  func theRecipeOfThePageVerifiesOurFileAndRefusesAnother() throws {
    let folder = try Folder()
    let identity = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    let stranger = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    try folder.write(try identity.sign(makeStatement()), to: "file.sigstore.json")
    try folder.write(identity.root.pem, to: "root.pem")
    let script = "T=\(now.secondsSinceEpoch)\n" + (try recipe())
    let (status, output) = try folder.run(script)
    try #require(status == 0, "\(output)")
    for part in [
      "leaf.pem: OK", "Verified OK", "URI:urn:equipoise:role:site-submission:north", "Code Signing",
      identity.fingerprint.digest.hex, "\(subject.digest.hex)  \(subject.name)",
    ] {
      #expect(output.contains(part), "\(part) in \(output)")
    }
    try folder.write(stranger.root.pem, to: "root.pem")
    #expect(try folder.run(script).status != 0)
  }
}
