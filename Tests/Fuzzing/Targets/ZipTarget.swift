import Evidence

/// The reader of containers.
struct ZipTarget: FuzzTarget {
  static let name = "zip"
  private static let limits = ZipLimits(
    maximumEntries: 100, maximumEntryBytes: 1 << 16, maximumArchiveBytes: 1 << 20)

  func run(_ bytes: [UInt8]) {
    guard let entries = try? readZip(bytes, limits: Self.limits) else { return }
    let again = try? writeZip(entries.map { ($0.name, $0.bytes) })
    demand(again == bytes, "a container is written otherwise than it was read")
  }
}
