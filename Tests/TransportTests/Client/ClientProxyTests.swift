import Foundation
import TestSupport
import Testing

@testable import Transport

/// Through a CONNECT proxy, and what becomes of connections that die.
@Suite(
  .enabled(
    if: ["python3", "nginx"].allSatisfy { OtherProgram.path($0) != nil } && TestAuthority.isPossible,
    "needs python3, nginx and openssl"))
struct ClientProxyTests {
  private let authority: TestAuthority
  private let server: TestPeer

  init() throws {
    authority = try TestAuthority()
    server = try TestPeer.nginx(authority)
  }

  private var logFile: String { authority.folder + "/proxy.log" }
  private var log: [String] {
    ((try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
  }
  private func proxy(_ arguments: String...) throws -> TestPeer {
    try .script("connect_proxy.py", [logFile] + arguments)
  }
  private func client(_ proxy: TestPeer, userFile: String? = nil) throws -> HTTPClient {
    try .fixture(
      authority, port: server.port, proxy: .url("http://127.0.0.1:\(proxy.port)", userFile: userFile))
  }
  private func loginFile(_ text: String, mode: Int = 0o600) throws -> String {
    let path = "\(authority.folder)/login-\(UUID().uuidString)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  @Test func requestsGoThroughOneTunnel() async throws {
    let proxy = try proxy()
    let client = try client(proxy)
    #expect(try await client.text("/who") == "CN=client")
    #expect(try await client.text("/who") == "CN=client")
    #expect(log == ["CONNECT 127.0.0.1:\(server.port)"])
  }

  @Test(arguments: [(403, false), (503, true)])
  func refusalOfTheProxyIsTold(status: Int, isRetryable: Bool) async throws {
    let proxy = try proxy("refuse", "\(status)")
    let client = try client(proxy)
    let expected = ClientError.proxy(.refused(status: status))
    await #expect(throws: expected) { try await client.text("/who") }
    #expect(expected.isRetryable == isRetryable)
  }

  @Test func proxyThatIsNotThereIsTold() async throws {
    let port = try TestPeer.freePort()
    let gone = try HTTPClient.fixture(
      authority, port: server.port, proxy: .url("http://127.0.0.1:\(port)"))
    await #expect(throws: ClientError.proxy(.unreachable)) { try await gone.text("/who") }
    let unknown = try HTTPClient.fixture(
      authority, port: server.port, proxy: .url("http://nowhere.invalid:3128"))
    await #expect(throws: ClientError.proxy(.unresolved)) { try await unknown.text("/who") }
  }

  @Test func loginComesFromAPrivateFile() async throws {
    let proxy = try proxy("login", "site:se:cret")
    let right = try client(proxy, userFile: try loginFile("site:se:cret\n"))
    #expect(try await right.text("/who") == "CN=client")
    let none = try client(proxy)
    await #expect(throws: ClientError.proxy(.loginRefused)) { try await none.text("/who") }
    let wrong = try client(proxy, userFile: try loginFile("site:other"))
    await #expect(throws: ClientError.proxy(.loginRefused)) { try await wrong.text("/who") }
  }

  @Test func loginFileIsChecked() async throws {
    let proxy = try proxy("login", "site:secret")
    for file in [
      try loginFile("site:secret", mode: 0o640), try loginFile("site"), try loginFile(":secret"),
      try loginFile("site:a\nb"), try loginFile(""), authority.folder, authority.folder + "/none",
    ] {
      let client = try client(proxy, userFile: file)
      do {
        _ = try await client.text("/who")
        Issue.record("sent with \(file)")
      } catch ClientError.proxy(.loginFile(let reason)) {
        #expect(!reason.contains("secret"))
      }
    }
    #expect(log == [])
  }

  @Test(arguments: ["https://127.0.0.1:1", "socks5://127.0.0.1:1", "http://127.0.0.1", "127.0.0.1:1", ""])
  func otherProxiesAreRefused(text: String) {
    #expect(throws: ClientError.self) {
      try HTTPClient.fixture(authority, port: 1, proxy: .url(text))
    }
  }

  @Test func deadConnectionIsReplacedForARequestThatMayBeSentTwice() async throws {
    let cut = authority.folder + "/cut"
    let proxy = try proxy("cut", cut)
    let client = try client(proxy)
    let before = try await client.text("/connection")
    try Data().write(to: URL(fileURLWithPath: cut))
    #expect(try await client.text("/connection") != before)
    let connect = "CONNECT 127.0.0.1:\(server.port)"
    #expect(log == [connect, "CUT", connect])
  }

  @Test(arguments: [[UInt8](), [1, 2, 3]])
  func requestThatMustNotBeSentTwiceIsNot(body: [UInt8]) async throws {
    let cut = authority.folder + "/cut"
    let proxy = try proxy("cut", cut)
    let client = try client(proxy)
    _ = try await client.text("/connection")
    try Data().write(to: URL(fileURLWithPath: cut))
    do {
      _ = try await client.send(ClientRequest(method: "POST", path: "/request", body: body))
      Issue.record("answered")
    } catch ClientError.connectionLost {}
    #expect(log.last == "CUT" || log.dropLast().last == "CUT")
    // The next one is on its own again.
    let next = try await client.send(ClientRequest(method: "POST", path: "/request", body: body))
    #expect(next.status == 200)
  }

  /// In a process of its own, because the environment belongs to all of one.
  @Test func environmentDoesNotDecide() async {
    await #expect(processExitsWith: .exitCode(3)) {
      for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        setenv(name, "http://127.0.0.1:1", 1)
      }
      for name in ["no_proxy", "NO_PROXY"] { setenv(name, "127.0.0.1,*", 1) }
      let test = try ClientProxyTests()
      setenv("SSL_CERT_FILE", test.authority.certificate("other"), 1)
      let proxy = try test.proxy()
      let straight = try HTTPClient.fixture(test.authority, port: test.server.port)
      let isStraight = try await straight.text("/who") == "CN=client" && test.log.isEmpty
      let through = try test.client(proxy)
      let isThrough = try await through.text("/who") == "CN=client" && test.log.count == 1
      let inspected = try TestPeer.nginx(test.authority, certificate: "inspected", chain: [])
      let other = try HTTPClient.fixture(test.authority, port: inspected.port)
      var isRefused = false
      do { _ = try await other.text("/who") } catch ClientError.tlsServerNotTrusted { isRefused = true }
      for peer in [proxy, inspected, test.server] { peer.stop() }
      try FileManager.default.removeItem(atPath: test.authority.folder)
      exit(isStraight && isThrough && isRefused ? 3 : 4)
    }
  }
}
