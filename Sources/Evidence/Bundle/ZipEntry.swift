/// One file of a container: a name that passed `checkZipName`, and the bytes stored under it.
package struct ZipEntry: Sendable, Equatable {
  /// ASCII path with `/` between components, relative, safe to create on any common file system.
  package let name: String
  /// The content as stored; nothing in a container is compressed.
  package let bytes: [UInt8]

  /// An entry to be written or compared. The name is judged by whoever writes or reads the container.
  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// What every container starts with, so that a file says what it is before anything is parsed.
package enum ZipMimetype {
  /// The name of the first entry.
  package static let name = "mimetype"
  /// The media type of an evidence bundle.
  package static let text = "application/vnd.equipoise.evidence-bundle+zip"
  /// The exact content of the first entry: the media type, no line end.
  package static let bytes = Array(text.utf8)
}

/// How much a reader is willing to look at. All three are checked before any content is touched.
package struct ZipLimits: Sendable {
  /// Entries in one container, `mimetype` included.
  package let maximumEntries: Int
  /// Bytes in one entry.
  package let maximumEntryBytes: Int
  /// Bytes of the whole container; nothing is compressed, so this bounds memory too.
  package let maximumArchiveBytes: Int

  /// Limits for one reading; the format itself stops at 65,534 entries and 4 GiB.
  package init(maximumEntries: Int, maximumEntryBytes: Int, maximumArchiveBytes: Int) {
    self.maximumEntries = maximumEntries
    self.maximumEntryBytes = maximumEntryBytes
    self.maximumArchiveBytes = maximumArchiveBytes
  }

  /// Room for a thousand sites: 20,000 entries, 64 MiB an entry, 1 GiB in all.
  package static let standard = ZipLimits(
    maximumEntries: 20_000, maximumEntryBytes: 64 << 20, maximumArchiveBytes: 1 << 30)
}
