internal import CEpoll
internal import Glibc

/// A bound TCP socket that connections arrive at. Closes with its last user.
final class ListeningSocket: Sendable {
  let descriptor: Int32
  /// The port, also when the system chose it.
  let port: UInt16

  /// - Throws: `TransportError.addressMalformed`, or `.system` when the port is taken or not allowed.
  init(address: String, port: UInt16) throws(TransportError) {
    var storage = sockaddr_storage()
    let length: socklen_t
    let family: Int32
    var ipv4 = in_addr()
    var ipv6 = in6_addr()
    if inet_pton(AF_INET, address, &ipv4) == 1 {
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      name.sin_addr = ipv4
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: name, as: sockaddr_in.self) }
      (family, length) = (AF_INET, socklen_t(MemoryLayout<sockaddr_in>.size))
    } else if inet_pton(AF_INET6, address, &ipv6) == 1 {
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = port.bigEndian
      name.sin6_addr = ipv6
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: name, as: sockaddr_in6.self) }
      (family, length) = (AF_INET6, socklen_t(MemoryLayout<sockaddr_in6>.size))
    } else {
      throw .addressMalformed(address)
    }
    let made = socket(family, Int32(SOCK_STREAM.rawValue) | CEpoll_accept_flags(), 0)
    guard made >= 0 else { throw .system(operation: "socket", code: errno) }
    do throws(TransportError) {
      var on: Int32 = 1
      // A restart must not wait for the connections of the process before it.
      setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      let isBound = withUnsafePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(made, $0, length) == 0 }
      }
      guard isBound else { throw .system(operation: "bind", code: errno) }
      guard Glibc.listen(made, 1024) == 0 else { throw .system(operation: "listen", code: errno) }
      self.port = try Self.boundPort(of: made)
    } catch {
      close(made)
      throw error
    }
    descriptor = made
  }

  deinit { close(descriptor) }

  /// Refuses new connections from now on, on any thread. The descriptor stays until the loop lets it go.
  func refuse() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Takes the next connection. The caller owns the descriptor.
  func accept() -> Accepted {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let descriptor = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        accept4(self.descriptor, $0, &length, CEpoll_accept_flags())
      }
    }
    guard descriptor >= 0 else {
      switch errno {
      case EAGAIN: return .none
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
      case EINVAL, EBADF: return .none
      // Errors of the connection that was waiting; the next one may be well.
      default: return .failed
      }
    }
    guard let source = SourceAddress(storage) else {
      close(descriptor)
      return .failed
    }
    return .connection(descriptor, source)
  }

  /// What an accept brought.
  enum Accepted {
    case connection(Int32, SourceAddress)
    /// Nobody waits.
    case none
    /// Whoever waited has gone again.
    case failed
    /// The process or the system has no room for another one.
    case exhausted
  }

  private static func boundPort(of descriptor: Int32) throws(TransportError) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
    }
    guard isKnown else { throw .system(operation: "getsockname", code: errno) }
    // The port is at the same place for both families.
    return UInt16(bigEndian: withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in.self) }.sin_port)
  }
}
