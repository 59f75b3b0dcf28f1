import CanonicalJSON
import Cryptography
import Storage
import Tenancy
import Testing

@Suite struct DiskFullTests {
  /// Lets the file grow no further than it is, and fills what is left of its pages.
  private func fill(_ store: TenantStore) async throws {
    try await store.read { database in
      // SQLite takes the size of the file when that is more.
      let limit = try database.first("PRAGMA max_page_count = 1", []) { row throws(StorageError) in
        try row.integer(0)
      }
      #expect(limit ?? 0 > 1)
    }
    for length in [200, 1] {
      // Refusals take room too.
      var isFull = false
      while !isFull {
        do {
          try await store.recordRefusal(
            by: "system", at: at(1), action: "a", object: String(repeating: "x", count: length), code: "no")
        } catch let error as TenancyError {
          #expect(error.isOutOfSpace && error == .auditUnavailable(.full))
          isFull = true
        }
      }
    }
  }

  private func room(_ store: TenantStore) async throws {
    try await store.read { database in
      _ = try database.first("PRAGMA max_page_count = 100000", []) { row throws(StorageError) in
        try row.integer(0)
      }
    }
  }

  @Test func aFullDiskChangesNothing() async throws {
    let world = try await World.make()
    let store = try world.store()
    let leaf = try await world.member().certificate
    let invitation = try await world.invite("south")
    try await fill(store)
    let before = try await store.read { encodeCanonicalJSON(.object(try stateDump($0))) }
    let hospital = try Hospital(site: "south")
    await #expect(throws: (any Error).self) {
      try await world.directory.join(hospital.request(for: invitation), at: at(5))
    }
    await #expect(throws: (any Error).self) { try await world.invite("east") }
    await #expect(throws: (any Error).self) {
      try await store.revoke(site: "north", reason: "left", by: "user/u-1", at: at(5))
    }
    #expect(try await store.read { encodeCanonicalJSON(.object(try stateDump($0))) } == before)
    // The register was not told what did not happen.
    #expect(try world.admit(leaf, at: at(6))?.role == .site)
    #expect(world.directory.hasLiveInvitation(at: at(6)))
    _ = try await store.verifyAudit()

    // With room again it goes on without a restart, and the same request succeeds.
    try await room(store)
    let answer = try await world.directory.join(hospital.request(for: invitation), at: at(7))
    #expect(try world.admit(answer.certificate, at: at(7)) != nil)
    try await store.revoke(site: "north", reason: "left", by: "user/u-1", at: at(8))
    #expect(try world.admit(leaf, at: at(8)) == nil)
  }

  @Test(
    "low is under 5 % and under 256 MiB",
    arguments: [
      (100, 1000, true), (50, 1000, true), (49, 1000, false),
      (256 << 20, 1 << 40, true), ((256 << 20) - 1, 1 << 40, false), (0, 0, true),
    ] as [(Int64, Int64, Bool)])
  func conditions(free: Int64, total: Int64, isNormal: Bool) {
    #expect((StorageCondition(freeBytes: free, totalBytes: total) == .normal) == isNormal)
  }

  @Test func theBallastHoldsRoomAndGivesIt() async throws {
    let world = try await World.make()
    let ballast = world.deployment.ballast
    #expect(!ballast.isHeld)
    #expect(ballast.hold() && ballast.isHeld && ballast.hold())
    ballast.release()
    #expect(!ballast.isHeld)
    #expect(try world.deployment.storageCondition() == .measured(at: world.folder))
  }

  @Test func equalStatesGiveEqualDumpsWithoutSecrets() async throws {
    let world = try await World.make()
    _ = try await world.member()
    let invitation = try await world.invite("south")
    func dump(_ deployment: Deployment) async throws -> [UInt8] {
      try await #require(deployment.tenants.store(of: world.tenants[0])).read {
        encodeCanonicalJSON(.object(try stateDump($0)))
      }
    }
    let first = try await dump(world.deployment)
    let copy = try CrashedCopy(of: world.folder)
    #expect(try await dump(Deployment.open(directory: copy.path, now: at(9))) == first)
    let text = String(decoding: first, as: UTF8.self)
    #expect(text.contains(invitation.id) && text.contains("\"state\":\"confirmed\""))
    #expect(
      !text.contains(invitation.secret) && !text.contains(Digest(of: Array(invitation.secret.utf8)).hex))
    #expect(throws: Never.self) { try parseCanonicalJSON(first, limits: .submission) }
    try await world.store().revoke(site: "south", reason: "left", by: "user/u-1", at: at(9))
    #expect(try await dump(world.deployment) != first)
  }
}
