internal import CEpoll
internal import Glibc

/// Where a connection comes from.
struct SourceAddress {
  /// What a cap counts: an IPv4 address, or the /64 of an IPv6 address, since a host has all of those.
  struct Group: Hashable {
    fileprivate let isIPv6: Bool
    fileprivate let bits: UInt64
  }

  let text: String
  let group: Group

  /// Nil for a family other than the two.
  init?(_ storage: sockaddr_storage) {
    switch Int32(storage.ss_family) {
    case AF_INET:
      let address = withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in.self) }.sin_addr
      (text, group) = Self.describe(address)
    case AF_INET6:
      var address = withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in6.self) }.sin6_addr
      let bytes = withUnsafeBytes(of: address) { Array($0) }
      // ::ffff:a.b.c.d is how IPv4 looks on a socket for both.
      if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
        var inner = in_addr()
        withUnsafeMutableBytes(of: &inner) { $0.copyBytes(from: bytes[12...]) }
        (text, group) = Self.describe(inner)
      } else {
        group = Group(isIPv6: true, bits: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) })
        text = Self.text(AF_INET6, &address)
      }
    default: return nil
    }
  }

  private static func describe(_ ipv4: in_addr) -> (String, Group) {
    var address = ipv4
    return (text(AF_INET, &address), Group(isIPv6: false, bits: UInt64(ipv4.s_addr)))
  }

  private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
    var letters = [CChar](repeating: 0, count: 64)
    guard inet_ntop(family, address, &letters, socklen_t(letters.count)) != nil else { return "unknown" }
    return String(decoding: letters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
