import ServiceRuntime
import CanonicalJSON
import Cryptography
import SiteOperations
import Storage
import TestSupport
import Testing

/// The log as bytes and as it stands in the store: every change of it is found.
@Suite struct EgressLogTests {
  private static let tenant = "t-example"

  private func entries(_ count: Int) throws -> [[UInt8]] {
    var entries: [[UInt8]] = []
    var previous = EgressLog.origin(tenant: Self.tenant)
    for number in 1...count {
      let bytes = EgressEntry(
        sequence: number, previous: previous, time: try TestAgent.time, kind: .submission,
        destination: "PUT https://coordinator.test/", assignment: "a-1", digest: Digest(of: [UInt8(number)]),
        bytes: 1
      ).encode()
      entries.append(bytes)
      previous = Digest(of: bytes)
    }
    return entries
  }

  @Test func untouchedLogVerifiesAndSaysItsHead() throws {
    let entries = try entries(3)
    let summary = try EgressLog.verify(entries, tenant: Self.tenant)
    #expect(summary.entries == 3)
    #expect(summary.head == Digest(of: entries[2]))
    #expect(
      try EgressLog.verify([], tenant: Self.tenant).head == EgressLog.origin(tenant: Self.tenant))
  }

  @Test(
    "a changed, missing, added or moved entry is named",
    arguments: ["change", "drop", "swap", "double", "tenant"])
  func tamperedLogIsRefused(how: String) throws {
    var entries = try entries(4)
    switch how {
    case "change":
      let text = String(decoding: entries[1], as: UTF8.self)
      entries[1] = Array(text.replacing("\"bytes\":1", with: "\"bytes\":2").utf8)
      #expect(throws: EgressLogError.chainBroken(entry: 3)) {
        try EgressLog.verify(entries, tenant: Self.tenant)
      }
    case "drop":
      entries.remove(at: 1)
      #expect(throws: EgressLogError.chainBroken(entry: 2)) {
        try EgressLog.verify(entries, tenant: Self.tenant)
      }
    case "swap":
      entries.swapAt(1, 2)
      #expect(throws: EgressLogError.chainBroken(entry: 2)) {
        try EgressLog.verify(entries, tenant: Self.tenant)
      }
    case "double":
      entries.insert(entries[1], at: 2)
      #expect(throws: EgressLogError.chainBroken(entry: 3)) {
        try EgressLog.verify(entries, tenant: Self.tenant)
      }
    default:
      #expect(throws: EgressLogError.chainBroken(entry: 1)) {
        try EgressLog.verify(entries, tenant: "t-other")
      }
    }
  }

  @Test func logThatWasCutOffIsFoundWithANotedHead() throws {
    let entries = try entries(3)
    let head = Digest(of: entries[2])
    let cut = Array(entries.dropLast())
    #expect(try EgressLog.verify(cut, tenant: Self.tenant).entries == 2)
    #expect(throws: EgressLogError.headMissing(expected: head)) {
      try EgressLog.verify(cut, tenant: Self.tenant, knownHead: head)
    }
    #expect(
      try EgressLog.verify(entries, tenant: Self.tenant, knownHead: Digest(of: entries[0])).entries == 3)
  }

  @Test func exportedFileVerifiesAloneAndEveryChangedByteIsFound() throws {
    let file = EgressLog.export(try entries(2), tenant: Self.tenant, site: "north")
    #expect(try EgressLog.verify(exported: file).entries == 2)
    let head = try EgressLog.verify(exported: file).head
    for index in file.indices {
      var changed = file
      changed[index] ^= 1
      // The name of the site is nobody's digest; every other byte is.
      let summary = try? EgressLog.verify(exported: changed, knownHead: head)
      if summary != nil {
        #expect(String(decoding: file.split(separator: 0x0A)[0], as: UTF8.self).utf8.count > index)
      }
    }
    #expect(throws: EgressLogError.self) { try EgressLog.verify(exported: Array(file.dropLast())) }
    #expect(throws: EgressLogError.self) { try EgressLog.verify(exported: []) }
  }

  @Test(
    "a store whose log was edited is refused",
    arguments: [
      "UPDATE egress SET entry = CAST(replace(CAST(entry AS TEXT), '2026', '2025') AS BLOB) WHERE sequence = 1",
      "DELETE FROM egress WHERE sequence = 1", "DELETE FROM egress WHERE sequence = 2",
      "UPDATE egress SET kind = 'renewal' WHERE sequence = 1",
      "UPDATE egress SET body_digest = 'sha256:00' WHERE sequence = 1",
      "UPDATE bodies SET content = x'00'", "DELETE FROM egress",
    ])
  func editedStoreIsRefused(statement: String) async throws {
    try await TestAgent.with { agent in
      agent.coordinator.plan(.loseAnswer)
      try await agent.untilComputed(.automatic)
      agent.clock.advance(seconds: 60)
      try await agent.worker().runOnce()
      let summary = try await agent.store().verifyEgress()
      #expect(summary.entries == 2)
      try OtherHand.edit(agent.directory.store, statement)
      let store = try agent.store()
      if statement == "DELETE FROM egress WHERE sequence = 2" {
        // The last entry alone can be cut off unseen; whoever noted the head sees it.
        await #expect(throws: EgressLogError.headMissing(expected: summary.head)) {
          try await store.verifyEgress(knownHead: summary.head)
        }
      } else {
        await #expect(throws: EgressLogError.self) { try await store.verifyEgress() }
      }
    }
  }
}

/// The page that describes the format.
@Suite struct EgressLogPageTests {
  @Test func workedExampleVerifies() throws {
    let page = String(decoding: try fileBytes(Repository.path("protocols/egress-log.md")), as: UTF8.self)
    let block = try #require(page.split(separator: "```\n", omittingEmptySubsequences: false).dropLast().last)
    let entries = block.split(separator: "\n").map { Array($0.utf8) }
    let summary = try EgressLog.verify(entries, tenant: "t-" + String(repeating: "a2", count: 13))
    #expect(summary.entries == 2)
    #expect(page.contains("`\(summary.head.text)`"))
  }
}
