import Foundation
import ServiceRuntime
import TestSupport
import Testing

/// Against a datagram socket of our own, as systemd has one.
@Suite struct ServiceManagerTests {
  /// Binds a socket, runs `body` with its name and returns what came in.
  private func received(at name: String, _ body: (ServiceManager) -> Void) throws -> [String] {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    let isAbstract = bytes[0] == 0x40
    if isAbstract { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(status == 0)
    body(ServiceManager(socket: name))
    var messages: [String] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while case let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
      messages.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
    return messages
  }

  @Test func stateIsToldThroughAPath() throws {
    try withTemporaryDirectory { folder in
      let messages = try received(at: folder + "/notify") { manager in
        #expect(manager.ready() && manager.status("two rounds\nREADY=1") && manager.watchdog())
        #expect(manager.stopping())
      }
      #expect(messages == ["READY=1", "STATUS=two rounds\\u{a}READY=1", "WATCHDOG=1", "STOPPING=1"])
    }
  }

  @Test func stateIsToldThroughAnAbstractName() throws {
    let messages = try received(at: "@equipoise-\(UUID().uuidString)") { #expect($0.ready()) }
    #expect(messages == ["READY=1"])
  }

  @Test(arguments: [
    nil, "", "/", "relative/path", "/nowhere/notify", "/" + String(repeating: "a", count: 107),
  ])
  func nobodyListensAndNothingBreaks(name: String?) {
    #expect(!ServiceManager(socket: name).ready())
  }

  @Test(arguments: [("30000000", Duration.seconds(30)), ("0", nil), ("-1", nil), ("soon", nil), (nil, nil)])
  func watchdogIntervalIsRead(text: String?, expected: Duration?) {
    #expect(ServiceManager(socket: nil, watchdogMicroseconds: text).watchdogInterval == expected)
  }
}
