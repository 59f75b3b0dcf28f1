import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import StudyFixtures
import Submissions
import Synthesis
import Testing

@testable import Evidence

/// A bundle that can be changed and, as a colluding coordinator would, sealed again.
private struct OpenBundle {
  var files: [(name: String, bytes: [UInt8])]

  init(_ study: HeartDiseaseStudy) throws {
    files = try readZip(study.bundle.bytes).map { ($0.name, $0.bytes) }
  }

  subscript(_ name: String) -> [UInt8] {
    get { files.first { $0.name == name }?.bytes ?? [] }
    set {
      files.removeAll { $0.name == name }
      files.append((name, newValue))
    }
  }

  mutating func remove(_ name: String) { files.removeAll { $0.name == name } }

  /// Replaces the first occurrence of a text in a file.
  mutating func replace(_ old: String, with new: String, in name: String) throws {
    let text = String(decoding: self[name], as: UTF8.self)
    let range = try #require(text.firstRange(of: old))
    self[name] = Array((text[..<range.lowerBound] + new + text[range.upperBound...]).utf8)
  }

  /// A new manifest over what is there now.
  mutating func reseal(with identity: SigningIdentity) throws {
    let listed = files.filter { $0.name != BundlePath.manifest }
    self[BundlePath.manifest] = try identity.sign(
      Statement(
        subjects: listed.map { Subject(name: $0.name, digest: Digest(of: $0.bytes)) },
        predicateType: .manifest,
        predicate: ManifestPredicate(
          files: listed.count, bytes: listed.reduce(0) { $0 + $1.bytes.count }
        ).json))
  }

  func verify(_ study: HeartDiseaseStudy, trust: TrustFile? = nil) throws -> VerificationReport {
    verifyBundle(try writeZip(files), trust: trust ?? study.trust, now: study.sealedAt)
  }
}

@Suite struct TamperTests {
  let study: HeartDiseaseStudy

  init() throws { study = try HeartDiseaseStudy.shared() }

  @Test func untouchedBundleIsSignedByThePinnedRoots() throws {
    let report = try OpenBundle(study).verify(study)
    #expect(report.problems == [])
    #expect(report.level == .signed)
    #expect(report.record?.sites.map(\.site) == ["budapest", "cleveland", "long-beach", "switzerland"])
  }

  @Test func eachChangedFileIsNamed() throws {
    let bundle = try OpenBundle(study)
    for (name, bytes) in bundle.files where name != ZipMimetype.name {
      var changed = bundle
      // A digit where there is one, so that the file may still parse; else the last byte.
      let place = bytes.lastIndex { (0x31...0x38).contains($0) } ?? bytes.count - 1
      changed[name][place] ^= 1
      let report = try changed.verify(study)
      #expect(report.level == .malformed, "\(name)")
      #expect(report.problems.contains { $0.file == name }, "\(name): \(report.problems.map(\.file))")
    }
  }

  @Test func noSingleByteCanBeChanged() throws {
    let bytes = study.bundle.bytes
    // Some three hundred places over the whole file, none of them chosen by hand.
    for place in stride(from: 17, to: bytes.count, by: bytes.count / 300) {
      var changed = bytes
      changed[place] ^= 0x20
      let report = verifyBundle(changed, trust: study.trust, now: study.sealedAt)
      #expect(report.level == .malformed, "byte \(place)")
      #expect(!report.problems.isEmpty, "byte \(place)")
    }
  }

  @Test func truncatedBundleIsRefused() {
    for length in stride(from: 0, to: study.bundle.bytes.count, by: study.bundle.bytes.count / 50) {
      let report = verifyBundle(
        Array(study.bundle.bytes.prefix(length)), trust: study.trust, now: study.sealedAt)
      #expect(report.level == .malformed, "length \(length)")
    }
  }

  @Test func eachRemovedFileIsNamed() throws {
    let bundle = try OpenBundle(study)
    for (name, _) in bundle.files where name != ZipMimetype.name {
      var changed = bundle
      changed.remove(name)
      let report = try changed.verify(study)
      #expect(report.level == .malformed, "\(name)")
      #expect(report.problems.contains { $0.file == name }, "\(name): \(report.problems.map(\.file))")
    }
  }

  @Test(
    "an added file is refused and named",
    arguments: ["notes.txt", "seal/extra.json", "sites/budapest/rows.csv", "matrix/sites/other.json"])
  func addedFileIsNamed(name: String) throws {
    var bundle = try OpenBundle(study)
    bundle[name] = Array("{}".utf8)
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.level == .malformed)
    #expect(report.problems.map(\.file) == [name])
  }

  @Test func swappedSitesAreNamedEvenWhenSealedAgain() throws {
    var bundle = try OpenBundle(study)
    for name in BundlePath.siteNames {
      let one = BundlePath.site("budapest", name)
      let other = BundlePath.site("long-beach", name)
      (bundle[one], bundle[other]) = (bundle[other], bundle[one])
    }
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.level == .malformed)
    #expect(report.problems.contains { $0.file.hasPrefix("sites/budapest/") && $0.kind == .signature })
    #expect(report.problems.contains { $0.file.hasPrefix("sites/long-beach/") && $0.kind == .signature })
  }

  @Test func changedAggregateIsNamedEvenWhenSealedAgain() throws {
    var bundle = try OpenBundle(study)
    let name = BundlePath.site("budapest", SubmissionFiles.aggregateName)
    try bundle.replace("\"read\":294", with: "\"read\":295", in: name)
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.problems.map(\.file) == [name])
    #expect(report.problems.map(\.kind) == [.signature])
  }

  @Test func siteSignedByAnotherKeyIsRefused() throws {
    var bundle = try OpenBundle(study)
    let forger = try SigningIdentity.create(
      role: SignerRole(site: "budapest"), now: UTCTime(parsing: "2026-05-01T09:00:00Z"))
    let evaluation = try #require(study.evaluations["budapest"])
    let forged = try HeartDiseaseStudy.sign(
      evaluation, site: "budapest", under: study.evaluationProtocol, with: forger,
      at: UTCTime(parsing: "2026-06-01T09:00:00Z"))
    for (name, bytes) in forged.named { bundle[BundlePath.site("budapest", name)] = bytes }
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.level == .malformed)
    #expect(report.problems.map(\.rule) == ["rootNotPinned"])
    #expect(report.problems.allSatisfy { $0.file.hasPrefix("sites/budapest/") })
  }

  @Test func siteThatIsNotPinnedKeepsTheBundleAtSelfConsistent() throws {
    var trust = study.trust
    trust.remove(site: "switzerland")
    let report = try OpenBundle(study).verify(study, trust: trust)
    #expect(report.level == .selfConsistent)
    #expect(report.problems.map(\.rule) == ["siteNotPinned"])
    #expect(report.problems.map(\.file) == ["sites/switzerland/root.pem"])
  }

  @Test func withoutTrustFileNobodyIsBelieved() {
    let report = verifyBundle(study.bundle.bytes, trust: nil, now: study.sealedAt)
    #expect(report.level == .selfConsistent)
    #expect(report.problems.allSatisfy { $0.kind == .notPinned })
    #expect(report.problems.count == 5)
  }

  @Test func manifestOfAnotherCoordinatorIsRefused() throws {
    var bundle = try OpenBundle(study)
    let other = try SigningIdentity.create(role: .evidence, now: UTCTime(parsing: "2026-05-01T09:00:00Z"))
    bundle[BundlePath.coordinatorRoot] = other.root.pem
    try bundle.reseal(with: other)
    let report = try bundle.verify(study)
    #expect(report.level == .malformed)
    #expect(report.problems.map(\.rule) == ["rootNotPinned"])
  }

  @Test func siteKeyCannotSignTheManifest() throws {
    var bundle = try OpenBundle(study)
    let site = try #require(study.identities["budapest"])
    #expect(throws: SigningIdentityError.self) { try bundle.reseal(with: site) }
  }

  @Test func editedVerdictIsCaughtWhenSealedAgain() throws {
    var bundle = try OpenBundle(study)
    try bundle.replace("\"verdict\":\"fail\"", with: "\"verdict\":\"pass\"", in: BundlePath.gates)
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.level == .malformed)
    #expect(report.problems.map(\.file) == [BundlePath.gates])
  }

  @Test func editedMatrixIsCaughtWhenSealedAgain() throws {
    var bundle = try OpenBundle(study)
    let name = BundlePath.matrix("sites/budapest.json")
    let text = String(decoding: bundle[name], as: UTF8.self)
    let value = try #require(text.firstMatch(of: /"value":"0\.(\d)/))
    let digit = value.1 == "9" ? "1" : "9"
    try bundle.replace(String(value.0), with: String(value.0).dropLast() + digit, in: name)
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.level == .malformed)
    #expect(report.problems.contains { $0.file == name && $0.rule == "recomputation" })
  }

  @Test func editedPageIsCaughtWhenSealedAgain() throws {
    var bundle = try OpenBundle(study)
    try bundle.replace("does not open", with: "opens", in: BundlePath.report)
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.problems.map(\.file) == [BundlePath.report])
  }

  @Test func loosenedProtocolIsRefusedBySitesThatAcceptedAnother() throws {
    var bundle = try OpenBundle(study)
    try bundle.replace("\"limit\":\"0.7\"", with: "\"limit\":\"0.1\"", in: BundlePath.protocolDocument)
    let digest = Digest(of: bundle[BundlePath.protocolDocument]).text
    try bundle.replace(study.evaluationProtocol.digest.text, with: digest, in: BundlePath.bundle)
    try bundle.reseal(with: study.coordinator)
    let report = try bundle.verify(study)
    #expect(report.level == .malformed)
    for site in study.evaluationProtocol.sites {
      #expect(report.problems.contains { $0.file.hasPrefix("sites/\(site.id)/") })
    }
  }

  @Test func expiredEvidenceSaysSoAndKeepsItsLevel() throws {
    let later = try UTCTime(parsing: "2028-01-01T00:00:00Z")
    let report = verifyBundle(study.bundle.bytes, trust: study.trust, now: later)
    #expect(report.level == .signed)
    #expect(report.isExpired)
  }

  @Test func leftOutSiteShowsAsNotRun() throws {
    let others = study.submissions.values.filter { $0.site != "switzerland" }
    let bundle = try seal(
      SealRequest(
        evaluationProtocol: study.evaluationProtocol.bytes, modelCard: study.modelCard,
        submissions: Array(others), phase: .silent, sequence: 1),
      trust: study.trust, identity: study.coordinator, now: study.sealedAt)
    let report = verifyBundle(bundle.bytes, trust: study.trust, now: study.sealedAt)
    #expect(report.record?.matrix.pooled.notRun == ["switzerland"])
    #expect(report.confirmed.contains { $0.contains("switzerland") && $0.contains("not run") })
  }

  @Test func sealRefusesWhatAVerifierWouldRefuse() throws {
    var changed = try #require(study.submissions["budapest"])
    var aggregate = changed.aggregate
    aggregate[aggregate.count / 2] ^= 1
    changed = SubmissionFiles(
      site: changed.site, aggregate: aggregate, context: changed.context, submission: changed.submission,
      acceptance: changed.acceptance, root: changed.root)
    let request = SealRequest(
      evaluationProtocol: study.evaluationProtocol.bytes, modelCard: study.modelCard, submissions: [changed],
      phase: .silent, sequence: 1)
    #expect(throws: SealError.self) {
      try seal(request, trust: study.trust, identity: study.coordinator, now: study.sealedAt)
    }
  }
}
