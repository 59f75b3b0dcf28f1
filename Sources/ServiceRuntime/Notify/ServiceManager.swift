import Glibc

/// The service manager that started us, told about our state: the protocol of sd_notify(3), without its
/// library. Without `NOTIFY_SOCKET` nobody listens and nothing is sent.
package struct ServiceManager: Sendable {
  private let address: [UInt8]?
  /// How often the manager wants to hear from us, of `WATCHDOG_USEC`; a service pings twice as often. Nil when it
  /// does not watch this process.
  package let watchdogInterval: Duration?

  /// The manager of this process.
  package static func system() -> ServiceManager {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    let watched = variable("WATCHDOG_PID")
    let isWatched = watched == nil || watched == String(getpid())
    return ServiceManager(
      socket: variable("NOTIFY_SOCKET"), watchdogMicroseconds: isWatched ? variable("WATCHDOG_USEC") : nil)
  }

  /// A manager at a socket: a path that starts with `/`, or an abstract name that starts with `@`.
  package init(socket: String?, watchdogMicroseconds: String? = nil) {
    var bytes = Array((socket ?? "").utf8)
    // unix(7): 108 bytes, and a path must leave room for the NUL.
    let isUsable = (2...107).contains(bytes.count) && (bytes[0] == 0x2F || bytes[0] == 0x40)
    if isUsable, bytes[0] == 0x40 { bytes[0] = 0 }
    address = isUsable ? bytes : nil
    let microseconds = watchdogMicroseconds.flatMap { Int64($0) } ?? 0
    watchdogInterval = microseconds > 0 ? .microseconds(microseconds) : nil
  }

  /// The service takes requests. Whether anybody was told.
  @discardableResult
  package func ready() -> Bool { send("READY=1") }

  /// The service is on its way down.
  @discardableResult
  package func stopping() -> Bool { send("STOPPING=1") }

  /// The service is alive.
  @discardableResult
  package func watchdog() -> Bool { send("WATCHDOG=1") }

  /// One line for `systemctl status`.
  @discardableResult
  package func status(_ text: String) -> Bool { send("STATUS=" + visible(String(text.prefix(200)))) }

  private func send(_ message: String) -> Bool {
    guard let address else { return false }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    let owner = Descriptor(takingOwnershipOf: descriptor)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
    // The length counts an abstract name exactly; for a path the NUL behind it is counted too.
    let pathLength = address[0] == 0 ? address.count : address.count + 1
    let length = socklen_t(MemoryLayout<sa_family_t>.size + pathLength)
    let bytes = Array(message.utf8)
    let sent = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          owner.value, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0,
          length)
      }
    }
    return sent == bytes.count
  }
}
