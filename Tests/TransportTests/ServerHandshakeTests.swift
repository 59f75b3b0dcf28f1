import Cryptography
import Foundation
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: ServerPKI.isAvailable, "needs openssl, curl and python3"))
struct ServerHandshakeTests {
  /// In TLS 1.3 a client believes in its handshake before the server has judged it: only an answer counts.
  @Test(arguments: [
    "b", "lookalike-leaf", "under-root", "a-server-usage", "a-no-usage", "a-expired", "a-future", "a-rsa",
    "tenant-a", "server",
  ])
  func aCertificateThatIsNotOneOfTheTenantsClientsIsRefused(identity: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl("/hello", as: identity).status == 0)
    #expect(try fixture.hostile("handshake", as: identity) != "served")
    #expect(fixture.handler.seen.decided == [])
    #expect(fixture.server.statistics.failedHandshakes == 2)
    #expect(try fixture.stillServes())
  }

  @Test func aClientWithoutCertificateIsRefusedBeforeItsRequest() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl("/hello", as: nil).status == 0)
    #expect(fixture.handler.seen.decided == [] && fixture.server.statistics.requests == 0)
    #expect(try fixture.stillServes())
  }

  @Test func theNextCertificateOfTheSameTenantIsAccepted() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl("/hello", as: "a").status == 200)
    #expect(try fixture.curl("/hello", as: "a-second").status == 200)
  }

  @Test func aChainThatGoesOnToTheRootEndsAtTheTenant() throws {
    let fixture = try ServerFixture()
    try withTemporaryDirectory { folder in
      let chain = try ["a.pem", "tenant-a.pem", "root.pem"].flatMap { try fixture.pki.bytes($0) }
      try Data(chain).write(to: URL(fileURLWithPath: folder + "/chain"))
      let answer = try fixture.curl(
        "/hello", as: nil, ["--cert", folder + "/chain", "--key", fixture.pki.path("a.key")])
      #expect(answer.body == "hello")
      let foreign = try ["b.pem", "tenant-b.pem", "root.pem"].flatMap { try fixture.pki.bytes($0) }
      try Data(foreign).write(to: URL(fileURLWithPath: folder + "/chain"))
      let refused = try fixture.curl(
        "/hello", as: nil, ["--cert", folder + "/chain", "--key", fixture.pki.path("b.key")])
      #expect(refused.status == 0)
    }
    let anchor = try Certificate(pem: try fixture.pki.bytes("tenant-a.pem"))
    #expect(fixture.handler.seen.lastPeer?.anchorKeyDigest == anchor.publicKey.digest)
  }

  @Test func twoTenantsOnOneListenerAreToldApart() throws {
    let fixture = try ServerFixture()
    let tls = try ServerFixture.tls(fixture.pki, server: "server", anchors: ["tenant-a", "tenant-b"])
    try fixture.server.replaceTLS(port: fixture.port, tls: tls)
    for (leaf, authority) in [("a", "tenant-a"), ("b", "tenant-b")] {
      #expect(try fixture.curl("/hello", as: leaf).status == 200)
      let anchor = try Certificate(pem: try fixture.pki.bytes(authority + ".pem"))
      #expect(fixture.handler.seen.lastPeer?.anchorKeyDigest == anchor.publicKey.digest)
    }
    #expect(try fixture.curl("/hello", as: "lookalike-leaf").status == 0)
  }

  @Test(arguments: ["tls12", "no-alpn", "http11"])
  func anotherVersionOrApplicationProtocolIsRefused(scenario: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile(scenario).hasPrefix("refused"))
    #expect(try fixture.hostile(scenario, as: nil).hasPrefix("refused"))
    #expect(fixture.handler.seen.decided == [])
    #expect(try fixture.stillServes())
  }

  @Test func http2IsChosenAmongOthers() throws {
    #expect(try ServerFixture().hostile("http11-and-h2") == "served")
  }

  @Test func nothingIsGivenToResumeFrom() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile("resumption") == "status 200 ticket False reused False")
    try withTemporaryDirectory { folder in
      let arguments = [
        "s_client", "-connect", "127.0.0.1:\(fixture.joinPort)", "-alpn", "h2", "-sess_out",
        folder + "/session", "-reconnect",
      ]
      let output = try OtherProgram.run("openssl", arguments).output
      #expect(output.contains("New, TLSv1.3") && !output.contains("Reused"))
      #expect(!output.contains("TLS session ticket"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/session"))
    }
  }

  @Test func theServerDoesNotTellItsTenantsToStrangers() throws {
    let fixture = try ServerFixture()
    let arguments = ["s_client", "-connect", "127.0.0.1:\(fixture.port)", "-alpn", "h2", "-showcerts"]
    let output = try OtherProgram.run("openssl", arguments).output
    #expect(output.contains("No client certificate CA names sent"))
    #expect(!output.contains("tenant a"))
  }

  @Test(arguments: ["garbage", "garbage-frames"])
  func noiseEndsTheConnectionOnly(scenario: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile(scenario) == "closed")
    #expect(try fixture.stillServes())
  }

  @Test(arguments: ["silence", "dripped-hello"])
  func theHandshakeHasOneDeadlineHoweverBytesArrive(scenario: String) throws {
    var limits = ServerLimits()
    limits.handshakeDeadline = .milliseconds(400)
    let fixture = try ServerFixture(limits)
    let seconds = try #require(Double(try fixture.hostile(scenario).split(separator: " ").last ?? ""))
    #expect(seconds > 0.3 && seconds < 3)
    #expect(fixture.server.statistics.failedHandshakes == 1)
    #expect(try fixture.stillServes())
  }

  @Test func oneSourceHoldsFewHandshakes() throws {
    var limits = ServerLimits()
    limits.maximumHandshakesPerSource = 5
    let fixture = try ServerFixture(limits)
    #expect(try fixture.hostile("crowd", ["12"]) == "cut 7")
    #expect(fixture.server.statistics.refusedConnections == 7)
    #expect(try fixture.stillServes())
  }

  @Test func allSourcesTogetherHoldNotMuchMore() throws {
    var limits = ServerLimits()
    limits.maximumHandshakes = 4
    let fixture = try ServerFixture(limits)
    #expect(try fixture.hostile("crowd", ["12"]) == "cut 8")
  }

  @Test func keyUpdatesAreCounted() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile("key-updates", ["20"]) == "open")
    #expect(try fixture.hostile("key-updates", ["60"]) == "closed")
    #expect(try fixture.stillServes())
  }

  @Test func anIdentityThatCannotServeIsRefusedAtOnce() throws {
    let pki = try ServerPKI.shared.get()
    #expect(throws: TransportError.keyOfAnotherCertificate) {
      try ServerTLS(
        certificateChainPEM: try pki.bytes("server.pem"), keyPEM: try pki.bytes("a.key"), clientAnchors: nil)
    }
    #expect(throws: TransportError.certificateChainMalformed) {
      try ServerTLS(certificateChainPEM: [0x2D], keyPEM: try pki.bytes("server.key"), clientAnchors: nil)
    }
    #expect(throws: TransportError.keyMalformed) {
      try ServerTLS(certificateChainPEM: try pki.bytes("server.pem"), keyPEM: [], clientAnchors: nil)
    }
    #expect(throws: TransportError.noClientAnchor) {
      try ServerTLS(
        certificateChainPEM: try pki.bytes("server.pem"), keyPEM: try pki.bytes("server.key"),
        clientAnchors: [])
    }
  }
}
