import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Rounds
import Storage
import StudyFixtures
import Submissions
import Tenancy
import TestSupport
import Testing

/// The tables of rounds in a tenant's own file, written through the tenant's one writer.
@Suite struct TenantStoreTests {
  private let site = "budapest"

  /// A store with the published study, an open round and one confirmed site; and the site's assignment.
  private func makeStore(
    in folder: String
  ) async throws -> (deployment: Deployment, store: TenantStore, assignment: Assignment) {
    let study = try HeartDiseaseStudy.shared()
    let now = try RoundsFixture.now()
    let directory = folder + "/coordinator"
    _ = try Deployment.create(
      directory: directory, name: "rounds.equipoise.test", serverNames: ["127.0.0.1"],
      apiURL: "https://127.0.0.1:8443", operatorName: "operator", passphrase: Array("a long passphrase".utf8),
      now: now)
    let deployment = try Deployment.open(directory: directory, schemas: [roundsSchema], now: now)
    let store = try #require(deployment.tenants.store(of: operatorsTenant))
    let root = try #require(study.identities[site]).root
    let files = [
      (try HeartDiseaseStudy.file("lr.json"), ObjectKind.model),
      (try HeartDiseaseStudy.file("features.json"), .features), (study.modelCard, .modelCard),
    ]
    let (id, site) = (study.evaluationProtocol.id, site)
    let assignment = try await store.write(by: "system", at: now) { database, trail in
      try database.run(
        """
        INSERT INTO site (id, name, state, signing_root, signing_key, created_at)
        VALUES (?1, 'Budapest', 'confirmed', ?2, ?3, 0)
        """, [.text(site), .blob(root.der), .blob(root.publicKey.digest.bytes)])
      let studies = StudyBook(database)
      try withoutActuallyEscaping({ trail.append(action: $0, object: $1, detail: $2) }) { record in
        let gates = GateBook(
          database, tenant: operatorsTenant, identity: study.coordinator, actor: "system", at: now,
          makeIdentifier: { _ in try Identifier.incident.make() }, record: record)
        _ = try gates.publish(protocol: study.evaluationProtocol.bytes, study: id)
        for (bytes, kind) in files {
          _ = try studies.publish(
            object: bytes, kind: kind, digest: Digest(of: bytes), study: id, at: now, record: record)
        }
        for consenting in study.evaluationProtocol.sites.map(\.id) {
          try gates.consent(
            study.consent(of: consenting, tenant: operatorsTenant, at: now), site: consenting,
            root: study.identities[consenting]?.root, study: id)
        }
        try gates.enter(.silent, study: id)
      }
      _ = try RoundBook(database).open(
        RoundRequestDocument(
          phase: .silent, kind: .release, deadline: RoundsFixture.deadline(), quorum: 1),
        study: id, at: now,
        makeIdentifier: { kind in
          switch kind {
          case .round: try Identifier.round.make()
          default: try Identifier.assignment.make()
          }
        }, record: { trail.append(action: $0, object: $1, detail: $2) })
      return try AssignmentDesk(database, tenant: operatorsTenant, site: site).list(at: now).assignments.first
    }
    return (deployment, store, try #require(assignment))
  }

  private func admit(_ bytes: [UInt8], _ assignment: Assignment, to store: TenantStore) async throws
    -> Admission
  {
    let (site, now) = (site, try RoundsFixture.now())
    return try await store.write(by: "site/\(site)", at: now) { database, trail in
      let desk = AssignmentDesk(database, tenant: store.tenant, site: site)
      return try desk.admit(
        bytes, for: assignment.id, signingRoot: desk.registeredSigningRoot(), receiptsBy: store.evidence,
        at: now, record: { trail.append(action: $0, object: $1, detail: $2) })
    }
  }

  private func submission() throws -> [UInt8] {
    try #require(try HeartDiseaseStudy.shared().submissions[site]).encodePackage()
  }

  private func log(of store: TenantStore) async throws -> [AuditEntry] {
    try await store.read { database in
      try database.rows("SELECT entry FROM audit_entry ORDER BY sequence") { row in
        try AuditEntry.parse(row.blob(0))
      }
    }
  }

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = Repository.path(".build/rounds-\(try Identifier.round.make())")
    _ = try OtherProgram.run("mkdir", ["-p", folder])
    do { try await body(folder) } catch {
      _ = try OtherProgram.run("rm", ["-r", folder])
      throw error
    }
    _ = try OtherProgram.run("rm", ["-r", folder])
  }

  @Test func theReceiptNamesTheEntryThatWasStoredWithIt() async throws {
    try await withFolder { folder in
      let (_, store, assignment) = try await makeStore(in: folder)
      let bytes = try submission()
      guard case .accepted(let signed) = try await admit(bytes, assignment, to: store) else {
        Issue.record("the submission was not accepted")
        return
      }
      let receipt = try Receipt.verify(
        signed, root: store.evidence.root, pinnedRootKey: store.evidence.fingerprint.digest,
        submission: Digest(of: bytes), site: site, at: RoundsFixture.now())
      let entry = try #require(try await log(of: store).first { $0.sequence == Int64(receipt.auditSequence) })
      #expect(entry.action == "submission.accepted")
      #expect(entry.object == "assignment/" + assignment.id)
      #expect(entry.outcome == .done)
    }
  }

  @Test func aRefusalIsInTheLogAndNothingElseIs() async throws {
    try await withFolder { folder in
      let (_, store, assignment) = try await makeStore(in: folder)
      let before = try await log(of: store).count
      await #expect(throws: RoundsRefusal.self) {
        try await admit(Array("{}".utf8), assignment, to: store)
      }
      let entries = try await log(of: store)
      #expect(entries.count == before + 1)
      #expect(entries.last?.outcome == .refused)
      #expect(entries.last?.detail == ["code": "submission-package"])
      let accepted = try await store.read { database in
        try database.first("SELECT count(*) FROM submission") { row in try row.integer(0) }
      }
      #expect(accepted == 0)
    }
  }

  @Test func aRevokedSiteIsRefused() async throws {
    try await withFolder { folder in
      let (_, store, assignment) = try await makeStore(in: folder)
      try await store.write(by: "system", at: RoundsFixture.now()) { database, trail in
        try database.run("UPDATE site SET state = 'revoked'")
        trail.append(action: "site.revoked", object: "site/budapest")
      }
      await #expect(throws: RoundsRefusal.self) {
        try await admit(submission(), assignment, to: store)
      }
      #expect(try await log(of: store).last?.detail == ["code": "site-not-confirmed"])
    }
  }
}
