import Glibc

package import CanonicalJSON

/// Where to listen: an address of this machine, not a name, so that it means the same at every start.
package struct ListenAddress: Sendable, Hashable {
  /// IPv4 or IPv6, without brackets.
  package let host: String
  /// 0 lets the system choose.
  package let port: Int

  /// An address whose parts were checked.
  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Whether `host` is IPv6.
  package var isIPv6: Bool { host.utf8.contains(0x3A) }
}

extension ListenAddress: CustomStringConvertible {
  /// `host:port`, IPv6 in brackets.
  package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension DocumentField {
  /// A length of time with its unit: `250ms`, `90s`, `15min`, `12h`, `7d`.
  package func duration(
    in range: ClosedRange<Duration> = .zero ... .seconds(366 * 86_400)
  ) throws(DocumentError) -> Duration {
    let text = try string(maximum: 16)
    let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
    let units: [String: Int64] = ["ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
    // Ten digits of days in milliseconds are below 2^63.
    guard (1...10).contains(digits.count), let number = Int64(String(text.prefix(digits.count))),
      let unit = units[String(text.dropFirst(digits.count))]
    else {
      throw error(
        "not a length of time", remedy: "write digits and a unit: 250ms, 90s, 15min, 12h or 7d")
    }
    let duration = Duration.milliseconds(number * unit)
    guard range.contains(duration) else {
      throw error(
        "outside \(range.lowerBound) to \(range.upperBound)",
        remedy: "choose a length of time from \(range.lowerBound) to \(range.upperBound)")
    }
    return duration
  }

  /// A path; one that does not start with `/` is taken from `folder`, which is that of the configuration file.
  package func path(relativeTo folder: String) throws(DocumentError) -> String {
    let text = try string(maximum: 4000)
    guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw error("a path with a control character", remedy: "write a plain path")
    }
    if text.hasPrefix("/") { return text }
    return folder.hasSuffix("/") ? folder + text : "\(folder)/\(text)"
  }

  /// A TCP port.
  package func port() throws(DocumentError) -> Int { try integer(in: 1...65_535) }

  /// Where to listen, `127.0.0.1:8443` or `[::1]:8443`; port 0 lets the system choose.
  package func address() throws(DocumentError) -> ListenAddress {
    let text = try string(maximum: 64)
    let refusal = error(
      "not an address with a port",
      remedy: "write an address and a port, such as 127.0.0.1:8443 or [::1]:8443")
    guard let colon = text.lastIndex(of: ":") else { throw refusal }
    let digits = text[text.index(after: colon)...].utf8
    guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(String(text[text.index(after: colon)...])), port <= 65_535
    else { throw refusal }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    var binary = in6_addr()
    guard inet_pton(isBracketed ? AF_INET6 : AF_INET, String(host), &binary) == 1 else { throw refusal }
    return ListenAddress(host: String(host), port: port)
  }
}
