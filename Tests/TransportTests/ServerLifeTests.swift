import Cryptography
import Foundation
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: ServerPKI.isAvailable, "needs openssl, curl and python3"))
struct ServerLifeTests {
  @Test(arguments: ["reset", "half", "close"])
  func aHandlerIsCancelledWhenItsClientLeaves(how: String) async throws {
    let fixture = try ServerFixture()
    let outcome = try fixture.hostile("leave", [how])
    #expect(outcome == (how == "reset" ? "status 200" : "left"))
    #expect(await fixture.eventually { fixture.handler.seen.cancelled == ["/hang"] })
    #expect(await fixture.eventually { fixture.server.statistics.openConnections == 0 })
  }

  @Test func aHandlerThatTakesTooLongIsCancelledAndAnsweredFor() async throws {
    var limits = ServerLimits()
    limits.responseDeadline = .milliseconds(300)
    let fixture = try ServerFixture(limits)
    #expect(try fixture.curl("/hang").status == 503)
    #expect(await fixture.eventually { fixture.handler.seen.cancelled == ["/hang"] })
  }

  @Test func anIdleConnectionIsSentAway() throws {
    var limits = ServerLimits()
    limits.idleDeadline = .milliseconds(400)
    let outcome = try ServerFixture(limits).hostile("idle")
    #expect(outcome.hasPrefix("status 200 goaway 0 closed"))
  }

  @Test func aConnectionIsSentAwayAfterItsShareOfRequests() throws {
    var limits = ServerLimits()
    limits.maximumRequestsPerConnection = 3
    let fixture = try ServerFixture(limits)
    #expect(try fixture.hostile("go-away", ["5"]) == "served 3 goaway 0 closed")
    #expect(try fixture.stillServes())
  }

  @Test func drainingAnswersWhatIsUnderWayAndTakesNothingNew() async throws {
    let fixture = try ServerFixture()
    async let slow = fixture.curlAside("/slow")
    #expect(await fixture.eventually { fixture.handler.seen.started == ["/slow"] })
    let start = ContinuousClock.now
    async let drained: Void = fixture.server.drain(timeout: .seconds(10))
    let isRefused = await fixture.eventually { (try? fixture.curl("/hello").exit) == 7 }
    #expect(isRefused)
    await drained
    #expect(ContinuousClock.now - start < .seconds(5))
    let answer = try await slow
    #expect(answer.status == 200 && answer.body == "slow")
    #expect(fixture.server.statistics.openConnections == 0)
    #expect(throws: TransportError.draining) {
      try fixture.server.listen(
        address: "127.0.0.1", port: 0,
        tls: try ServerFixture.tls(fixture.pki, server: "server", anchors: nil))
    }
  }

  @Test func drainingDoesNotWaitForever() async throws {
    let fixture = try ServerFixture()
    async let hung = fixture.curlAside("/hang")
    #expect(await fixture.eventually { fixture.handler.seen.started == ["/hang"] })
    await fixture.server.drain(timeout: .milliseconds(200))
    #expect(try await hung.status == 0)
    #expect(await fixture.eventually { fixture.handler.seen.cancelled == ["/hang"] })
  }

  @Test func revocationClosesTheConnectionsOfOnePeer() async throws {
    let fixture = try ServerFixture()
    let revoked = try Certificate(pem: try fixture.pki.bytes("a.pem")).publicKey.digest
    async let first = fixture.curlAside("/hang", as: "a")
    async let second = fixture.curlAside("/slow", as: "a-second")
    #expect(await fixture.eventually { fixture.handler.seen.started.count == 2 })
    fixture.server.closeConnections { $0.leafKeyDigest == revoked }
    #expect(try await first.status == 0)
    #expect(try await second.status == 200)
    #expect(await fixture.eventually { fixture.handler.seen.cancelled == ["/hang"] })
  }

  @Test func aListenerGetsANewIdentityWithoutARestart() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl("/hello", as: "b").status == 0)
    try fixture.server.replaceTLS(
      port: fixture.port,
      tls: try ServerFixture.tls(fixture.pki, server: "server-renewed", anchors: ["tenant-b"]))
    #expect(try fixture.curl("/hello", as: "b").status == 200)
    #expect(try fixture.curl("/hello", as: "a").status == 0)
    let shown = try OtherProgram.run(
      "openssl", ["s_client", "-connect", "127.0.0.1:\(fixture.port)", "-alpn", "h2"])
    let renewed = String(decoding: try fixture.pki.bytes("server-renewed.pem"), as: UTF8.self)
    #expect(shown.output.contains(renewed.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(throws: TransportError.notListening(port: 1)) {
      try fixture.server.replaceTLS(
        port: 1, tls: try ServerFixture.tls(fixture.pki, server: "server", anchors: nil))
    }
  }

  @Test func aClosedListenerRefusesAndTheOthersGoOn() async throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl("/hello", as: nil, port: fixture.joinPort).status == 200)
    fixture.server.stopListening(port: fixture.joinPort)
    #expect(try fixture.curl("/hello", as: nil, port: fixture.joinPort).exit == 7)
    #expect(try fixture.stillServes())
    // The port is free again.
    let again = try fixture.server.listen(
      address: "127.0.0.1", port: fixture.joinPort,
      tls: try ServerFixture.tls(fixture.pki, server: "server", anchors: nil))
    #expect(again == fixture.joinPort)
    #expect(try fixture.curl("/hello", as: nil, port: again).status == 200)
  }

  @Test func aTakenPortAndAWrongAddressAreErrors() throws {
    let fixture = try ServerFixture()
    let tls = try ServerFixture.tls(fixture.pki, server: "server", anchors: nil)
    #expect(throws: TransportError.system(operation: "bind", code: EADDRINUSE)) {
      try fixture.server.listen(address: "127.0.0.1", port: fixture.port, tls: tls)
    }
    #expect(throws: TransportError.addressMalformed("localhost")) {
      try fixture.server.listen(address: "localhost", port: 0, tls: tls)
    }
  }

  @Test func sleepingOnTheLoopEndsInTimeAndOnCancellation() async throws {
    let loop = try EventLoop(name: "test-sleep")
    try loop.start()
    let start = ContinuousClock.now
    await loop.sleep(for: .milliseconds(100))
    #expect(ContinuousClock.now - start >= .milliseconds(100))
    let long = Task { await loop.sleep(for: .seconds(600)) }
    try await Task.sleep(for: .milliseconds(50))
    long.cancel()
    await long.value
    // The end of the loop ends every wait, and later waits at once.
    let last = Task { await loop.sleep(for: .seconds(600)) }
    try await Task.sleep(for: .milliseconds(50))
    loop.stop()
    await last.value
    await loop.sleep(for: .seconds(600))
    #expect(ContinuousClock.now - start < .seconds(300))
  }
}
