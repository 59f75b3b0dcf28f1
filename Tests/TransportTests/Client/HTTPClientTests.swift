import Foundation
import TestSupport
import Testing

@testable import Transport

extension HTTPClient {
  /// A client of a server on loopback, with the certificates of a test.
  static func fixture(
    _ authority: TestAuthority, port: Int, host: String = "127.0.0.1", trusts: String = "middle",
    as name: String? = "client", proxy: ProxySetting = .none
  ) throws -> HTTPClient {
    try HTTPClient(
      baseURL: "https://\(host):\(port)",
      tls: ClientTLS(
        caFile: authority.certificate(trusts), certificateFile: name.map(authority.certificate),
        keyFile: name.map(authority.key)),
      proxy: proxy, userAgent: "equipoise/1.2")
  }

  /// What a GET answers, as text.
  func text(_ path: String) async throws -> String {
    let response = try await send(ClientRequest(method: "GET", path: path, timeout: .seconds(10)))
    return String(decoding: response.body, as: UTF8.self)
  }
}

/// Against nginx, which we did not write.
@Suite(.enabled(if: OtherProgram.path("nginx") != nil && TestAuthority.isPossible, "needs nginx and openssl"))
struct HTTPClientTests {
  private let authority: TestAuthority
  private let server: TestPeer
  private let client: HTTPClient

  init() throws {
    authority = try TestAuthority()
    server = try TestPeer.nginx(authority)
    client = try .fixture(authority, port: server.port)
  }

  @Test func serverSeesTheClientsCertificate() async throws {
    #expect(try await client.text("/who") == "CN=client")
    let anonymous = try HTTPClient.fixture(authority, port: server.port, as: nil)
    #expect(try await anonymous.text("/who") == "")
  }

  @Test func requestsShareOneConnection() async throws {
    let first = try await client.text("/connection")
    #expect(try await client.text("/connection") == first)
    #expect(
      try client.sendBlocking(ClientRequest(method: "GET", path: "/connection")).body == Array(first.utf8))
  }

  @Test func nothingIsSentButTheFixedFields() async throws {
    let request = ClientRequest(
      method: "POST", path: "/request", query: "a=1&b=%20", body: Array("{}".utf8),
      contentType: "application/json")
    let response = try await client.send(request)
    #expect(
      String(decoding: response.body, as: UTF8.self)
        == "POST|a=1&b=%20|equipoise/1.2|*/*||application/json|2|HTTP/2.0|TLSv1.3")
    #expect(try await client.text("/request") == "GET||equipoise/1.2|*/*||||HTTP/2.0|TLSv1.3")
  }

  @Test(arguments: ["DELETE", "HEAD", "POST", "PUT"]) func methodArrives(method: String) async throws {
    let response = try await client.send(ClientRequest(method: method, path: "/request"))
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(method == "HEAD" ? text.isEmpty : text.hasPrefix(method + "|"))
    #expect(response.status == 200)
  }

  @Test func contentArrivesUnchanged() async throws {
    let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    let put = try await client.send(ClientRequest(method: "PUT", path: "/put/a", body: content))
    #expect(put.status == 201)
    let got = try await client.send(
      ClientRequest(method: "GET", path: "/put/a", maximumResponseBytes: content.count))
    #expect(got.body == content)
  }

  @Test func statusAndFieldsAreAnAnswerNotAnError() async throws {
    let busy = try await client.send(ClientRequest(method: "GET", path: "/busy"))
    #expect(busy.status == 503 && busy.retryAfter == .seconds(7))
    #expect(busy.value(of: "content-type") == "text/html")
    let twice = try await client.send(ClientRequest(method: "GET", path: "/twice"))
    #expect(twice.status == 204 && twice.value(of: "x-a") == nil && twice.value(of: "x-b") == nil)
  }

  @Test func redirectIsNotFollowed() async throws {
    let response = try await client.send(ClientRequest(method: "GET", path: "/moved"))
    #expect(response.status == 302)
    #expect(response.value(of: "location") == "https://127.0.0.1:\(server.port)/who")
  }

  @Test func answerIsCutAtTheLimit() async throws {
    let exact = try await client.send(
      ClientRequest(method: "GET", path: "/large", maximumResponseBytes: 300_000))
    #expect(exact.body.count == 300_000)
    await #expect(throws: ClientError.responseTooLarge) {
      try await client.send(ClientRequest(method: "GET", path: "/large", maximumResponseBytes: 299_999))
    }
    await #expect(throws: ClientError.responseTooLarge) {
      try await client.send(ClientRequest(method: "GET", path: "/who", maximumResponseBytes: 0))
    }
  }

  @Test func slowAnswerTimesOut() throws {
    let start = ContinuousClock.now
    #expect(throws: ClientError.timedOut(connected: true)) {
      try client.sendBlocking(ClientRequest(method: "GET", path: "/drip", timeout: .milliseconds(400)))
    }
    // The whole answer takes an hour.
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func answerThatTricklesIsGivenUp() throws {
    let request = ClientRequest(method: "GET", path: "/drip", expectedMinimumRate: 1024)
    #expect(throws: ClientError.timedOut(connected: true)) { try client.sendBlocking(request) }
    let large = ClientRequest(method: "GET", path: "/large", expectedMinimumRate: 1024)
    #expect(try client.sendBlocking(large).body.count == 300_000)
  }

  @Test func cancellationEndsARequestAndThoseThatWaitBehindIt() async throws {
    _ = try await client.text("/who")
    let client = client
    let start = ContinuousClock.now
    let tasks = (0..<3).map { _ in
      Task { try await client.send(ClientRequest(method: "GET", path: "/drip")) }
    }
    try await Task.sleep(for: .milliseconds(200))
    // The last one first, so that it is cancelled while it waits.
    for task in tasks.reversed() {
      task.cancel()
      await #expect(throws: ClientError.cancelled) { try await task.value }
    }
    // Each would wait for 30 s. The promise is 1 s; the rest is for a machine that is busy.
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(try await client.text("/who") == "CN=client")
  }

  @Test func cancelledTaskSendsNothing() async throws {
    let client = client
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.send(ClientRequest(method: "PUT", path: "/put/never", body: [1]))
    }
    await #expect(throws: ClientError.cancelled) { try await task.value }
    #expect(try await client.send(ClientRequest(method: "GET", path: "/put/never")).status == 404)
  }

  @Test func replacedCertificateOpensANewConnection() async throws {
    let before = try await client.text("/connection")
    client.replaceTLS(
      ClientTLS(
        caFile: authority.certificate("middle"), certificateFile: authority.certificate("client2"),
        keyFile: authority.key("client2")))
    #expect(try await client.text("/who") == "CN=client2")
    #expect(try await client.text("/connection") != before)
  }

  @Test func renewedFileCountsAfterReplaceTLS() async throws {
    #expect(try await client.text("/who") == "CN=client")
    for (new, old) in [("client2.pem", "client.pem"), ("client2.key", "client.key")] {
      try Data(fileBytes("\(authority.folder)/\(new)")).write(
        to: URL(fileURLWithPath: "\(authority.folder)/\(old)"))
    }
    #expect(try await client.text("/who") == "CN=client")
    client.replaceTLS(
      ClientTLS(
        caFile: authority.certificate("middle"), certificateFile: authority.certificate("client"),
        keyFile: authority.key("client")))
    #expect(try await client.text("/who") == "CN=client2")
  }

  @Test func restartedServerIsFoundAgain() async throws {
    #expect(try await client.text("/who") == "CN=client")
    server.stop()
    await #expect(throws: ClientError.self) { try await client.text("/who") }
    let again = try TestPeer.nginx(authority, port: server.port)
    #expect(try await client.text("/who") == "CN=client")
    again.stop()
  }
}
