import Foundation
import Synchronization
import TestSupport

/// A server or proxy of another make, run as a process for one test; it ends when the object does.
final class TestPeer: Sendable {
  let port: Int
  private let process: Mutex<Process?>

  private init(_ process: Process, port: Int) {
    self.process = Mutex(process)
    self.port = port
  }

  deinit { stop() }

  /// Ends it without a farewell.
  func stop() {
    process.withLock { process in
      guard let running = process else { return }
      kill(running.processIdentifier, SIGKILL)
      for _ in 0..<200 where Self.canConnect(port) { usleep(5_000) }
      process = nil
    }
  }

  /// One of the scripts beside this folder; they print their port.
  static func script(_ name: String, _ arguments: [String]) throws -> TestPeer {
    guard let python = OtherProgram.path("python3") else { throw TestAuthority.Failure(what: "no python3") }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [Repository.path("Tests/TransportTests/Clients/\(name)")] + arguments
    process.standardOutput = output
    try process.run()
    var line = ""
    while !line.hasSuffix("\n") {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      guard !byte.isEmpty else { throw TestAuthority.Failure(what: "\(name) printed no port") }
      line += String(decoding: byte, as: UTF8.self)
    }
    guard let port = Int(line.dropLast()) else { throw TestAuthority.Failure(what: "\(name): \(line)") }
    return TestPeer(process, port: port)
  }

  /// nginx with TLS 1.3 and HTTP/2, and a few answers to ask for. `port` 0 is any.
  static func nginx(
    _ authority: TestAuthority, certificate: String = "server", chain: [String] = ["middle"], port: Int = 0
  ) throws -> TestPeer {
    guard let nginx = OtherProgram.path("nginx") else { throw TestAuthority.Failure(what: "no nginx") }
    // nginx can't be asked to choose a port, so somebody else may take it in between.
    for _ in 0..<5 {
      let number = port == 0 ? try freePort() : port
      let folder = "\(authority.folder)/nginx-\(number)-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder + "/files", withIntermediateDirectories: true)
      let pem = try ([certificate] + chain).map { try fileBytes(authority.certificate($0)) }.joined()
      try Data(pem).write(to: URL(fileURLWithPath: folder + "/chain.pem"))
      let authorities = try ["middle", "root"].map { try fileBytes(authority.certificate($0)) }.joined()
      try Data(authorities).write(to: URL(fileURLWithPath: folder + "/authorities.pem"))
      try Data(count: 300_000).write(to: URL(fileURLWithPath: folder + "/files/large"))
      let text = configuration(authority, folder: folder, key: authority.key(certificate), port: number)
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/nginx.conf"))
      let process = Process()
      process.executableURL = URL(fileURLWithPath: nginx)
      process.arguments = ["-p", folder, "-c", folder + "/nginx.conf", "-e", folder + "/error.log"]
      process.standardError = FileHandle.nullDevice
      try process.run()
      for _ in 0..<200 where process.isRunning {
        if canConnect(number) { return TestPeer(process, port: number) }
        usleep(10_000)
      }
      kill(process.processIdentifier, SIGKILL)
    }
    throw TestAuthority.Failure(what: "nginx does not start")
  }

  private static func configuration(
    _ authority: TestAuthority, folder: String, key: String, port: Int
  ) -> String {
    // One process, so that ending it ends the server.
    """
    daemon off; master_process off; pid \(folder)/pid; error_log \(folder)/error.log;
    events {}
    http {
      access_log off;
      client_body_temp_path \(folder)/b; proxy_temp_path \(folder)/p; fastcgi_temp_path \(folder)/f;
      uwsgi_temp_path \(folder)/u; scgi_temp_path \(folder)/s;
      server {
        listen 127.0.0.1:\(port) ssl http2;
        ssl_protocols TLSv1.3; ssl_certificate \(folder)/chain.pem; ssl_certificate_key \(key);
        ssl_client_certificate \(folder)/authorities.pem; ssl_verify_client optional; ssl_verify_depth 3;
        root \(folder)/files;
        location = /who { return 200 "$ssl_client_s_dn"; }
        location = /connection { return 200 "$connection"; }
        location = /request {
          return 200
          "$request_method|$args|$http_user_agent|$http_accept|$http_accept_encoding$http_cookie$http_expect|$content_type|$content_length|$server_protocol|$ssl_protocol";
        }
        location = /moved { return 302 https://127.0.0.1:\(port)/who; }
        location = /busy { add_header Retry-After 7 always; return 503; }
        location = /twice { add_header X-A 1; add_header X-A 2; return 204; }
        location = /drip { limit_rate 100; alias \(folder)/files/large; }
        location /put/ { dav_methods PUT; client_max_body_size 0; create_full_put_path on; }
        location = /large { }
      }
    }
    """
  }

  /// A port that nobody listens on, at this moment.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw TestAuthority.Failure(what: "no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func canConnect(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(UInt16(truncatingIfNeeded: port))
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
