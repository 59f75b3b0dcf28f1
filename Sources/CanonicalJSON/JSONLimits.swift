/// What one document may cost to read. Bytes are checked before the first is looked at, the rest before
/// the memory is spent.
package struct JSONLimits: Sendable, Equatable {
  /// The most bytes of the whole document.
  package let maximumBytes: Int
  /// The most containers inside each other; the outermost counts as one.
  package let maximumDepth: Int
  /// The most values of any kind, containers included.
  package let maximumValues: Int
  /// The most UTF-8 bytes of one string or key.
  package let maximumStringBytes: Int

  /// The deepest nesting any reader takes, whatever its limits say: the readers are recursive, and this
  /// keeps them far from the end of a thread's stack.
  package static let deepestNesting = 512

  /// Limits of one kind of document; `maximumDepth` is held to `deepestNesting`.
  package init(
    maximumBytes: Int, maximumDepth: Int = 32, maximumValues: Int, maximumStringBytes: Int = 65_536
  ) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = min(maximumDepth, Self.deepestNesting)
    self.maximumValues = maximumValues
    self.maximumStringBytes = maximumStringBytes
  }

  /// An evaluation protocol: 4 MiB.
  package static let protocolDocument = JSONLimits(maximumBytes: 4 << 20, maximumValues: 500_000)
  /// One site's aggregate: 16 MiB and 2 million values.
  package static let submission = JSONLimits(maximumBytes: 16 << 20, maximumValues: 2_000_000)
  /// A signed statement or the file around it: 1 MiB, most of which may be one base64 string.
  package static let attestation = JSONLimits(
    maximumBytes: 1 << 20, maximumValues: 100_000, maximumStringBytes: 1 << 20)
  /// A trust file, a configuration, a context note: 256 KiB.
  package static let small = JSONLimits(maximumBytes: 256 << 10, maximumValues: 20_000)
}
