import Foundation
import TestSupport
import Testing

@testable import Transport

/// Every way not to get an answer has its own name.
@Suite(
  .enabled(if: OtherProgram.path("python3") != nil && TestAuthority.isPossible, "needs python3 and openssl"))
struct ClientFailureTests {
  private let authority: TestAuthority

  init() throws { authority = try TestAuthority() }

  private func odd(_ arguments: String..., certificate: String = "server") throws -> TestPeer {
    try .script(
      "odd_server.py", arguments + [authority.certificate(certificate), authority.key(certificate)])
  }

  private func failure(of client: HTTPClient, timeout: Duration = .seconds(5)) async -> ClientError? {
    do {
      _ = try await client.send(ClientRequest(method: "GET", path: "/", timeout: timeout))
      return nil
    } catch { return error }
  }

  @Test func unknownNameIsUnresolved() async throws {
    let client = try HTTPClient.fixture(authority, port: 443, host: "nowhere.invalid")
    #expect(await failure(of: client) == .unresolved(host: "nowhere.invalid"))
  }

  @Test func closedPortIsUnreachable() async throws {
    let client = try HTTPClient.fixture(authority, port: try TestPeer.freePort())
    let failure = await failure(of: client)
    guard case .unreachable(host: "127.0.0.1", _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(failure?.isRetryable == true)
  }

  @Test func serverThatNeverAnswersIsNotConnectedInTime() async throws {
    let server = try odd("silent")
    let client = try HTTPClient.fixture(authority, port: server.port)
    #expect(await failure(of: client, timeout: .milliseconds(300)) == .timedOut(connected: false))
  }

  @Test func cancellationEndsAHandshake() async throws {
    let server = try odd("silent")
    let client = try HTTPClient.fixture(authority, port: server.port)
    let task = Task { try await client.send(ClientRequest(method: "GET", path: "/")) }
    try await Task.sleep(for: .milliseconds(100))
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: ClientError.cancelled) { try await task.value }
    // It would go on for 10 s. The promise is 1 s; the rest is for a machine that is busy.
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func inspectionIsNamedWithItsIssuer() async throws {
    let server = try odd("closing", certificate: "inspected")
    let failure = await failure(of: try .fixture(authority, port: server.port))
    guard case .tlsServerNotTrusted(let reason, let issuer) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(reason == "unable to get local issuer certificate")
    #expect(issuer == "CN=Other root,O=Inspecting device" || issuer == "O=Inspecting device,CN=Other root")
    #expect(failure?.isRetryable == false)
    #expect(failure?.description.contains("Inspecting device") == true)
  }

  @Test func rightAuthorityWithTheWrongNameIsNotTrusted() async throws {
    let server = try odd("closing", certificate: "misnamed")
    let failure = await failure(of: try .fixture(authority, port: server.port))
    guard case .tlsServerNotTrusted(_, issuer: nil) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  @Test func refusedClientCertificateIsTold() async throws {
    let server = try odd("wants-client", authority.certificate("other"))
    let wrong = await failure(of: try .fixture(authority, port: server.port))
    #expect(wrong == .tlsClientRefused(alert: "unknown authority"))
    let none = await failure(of: try .fixture(authority, port: server.port, as: nil))
    #expect(none == .tlsClientRefused(alert: "certificate required"))
    let right = await failure(of: try .fixture(authority, port: server.port, as: "stranger"))
    if case .tlsClientRefused = right { Issue.record("a good certificate counts as refused") }
  }

  @Test func oldTLSIsRefused() async throws {
    let server = try odd("old-tls")
    let failure = await failure(of: try .fixture(authority, port: server.port))
    guard case .tlsFailed = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  @Test(arguments: ["http1", "garbage"]) func onlyHTTP2IsSpoken(mode: String) async throws {
    let server = try odd(mode)
    let failure = await failure(of: try .fixture(authority, port: server.port))
    switch failure {
    case .protocolViolation: break
    // The framing layer can't tell nonsense from an end.
    case .connectionLost where mode == "garbage": break
    default: Issue.record("\(String(describing: failure))")
    }
  }

  @Test func serverThatHangsUpLosesTheConnection() async throws {
    let server = try odd("closing")
    let failure = await failure(of: try .fixture(authority, port: server.port))
    guard case .connectionLost = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(failure?.isRetryable == true)
  }

  @Test func missingFilesAreOurOwn() async throws {
    let server = try odd("closing")
    for tls in [
      ClientTLS(caFile: authority.folder + "/none.pem"),
      ClientTLS(
        caFile: authority.certificate("middle"), certificateFile: authority.certificate("client"),
        keyFile: authority.key("client2")),
    ] {
      let client = try HTTPClient(
        baseURL: "https://127.0.0.1:\(server.port)", tls: tls, userAgent: "equipoise/1.2")
      let failure = await failure(of: client)
      guard case .credentialsUnusable = failure else {
        Issue.record("\(String(describing: failure))")
        continue
      }
    }
  }

  @Test(
    "an address with a second reading is refused",
    arguments: [
      "http://a:1", "https://", "https://a:0", "https://a:65536", "https://a:1/x", "https://u@a:1",
      "https://a:1?q", "https://a b:1", "https://-a:1", "https://[::1", "https://[x]:1", "https://a:", "a:1",
    ])
  func addressIsRefused(text: String) {
    #expect(throws: ClientError.self) {
      try HTTPClient(baseURL: text, tls: ClientTLS(caFile: "ca"), userAgent: "equipoise/1.2")
    }
  }

  @Test(arguments: [
    "https://a.example:8443", "https://a.example", "https://[::1]:8443/", "https://10.0.0.1:1",
  ])
  func addressIsTaken(text: String) throws {
    _ = try HTTPClient(baseURL: text, tls: ClientTLS(caFile: "ca"), userAgent: "equipoise/1.2")
  }

  @Test(
    "a request that would be read differently is not sent",
    arguments: [
      ClientRequest(method: "get", path: "/"), ClientRequest(method: "GET", path: "x"),
      ClientRequest(method: "GET", path: "/a b"), ClientRequest(method: "GET", path: "/a?b"),
      ClientRequest(method: "GET", path: "/a/../b"), ClientRequest(method: "GET", path: "/", query: "a#b"),
      ClientRequest(method: "GET", path: "/", body: [1]),
      ClientRequest(method: "POST", path: "/", body: [1], contentType: "a\r\nX: y"),
      ClientRequest(method: "GET", path: "/", timeout: .zero),
      ClientRequest(method: "GET", path: "/" + String(repeating: "a", count: 8192)),
    ])
  func requestIsRefused(request: ClientRequest) throws {
    // Nothing listens on port 1; the refusal comes before anybody finds out.
    let client = try HTTPClient.fixture(authority, port: 1)
    do {
      _ = try client.sendBlocking(request)
      Issue.record("sent")
    } catch {
      guard case .requestInvalid = error else {
        Issue.record("\(error)")
        return
      }
    }
  }
}
