package import Cryptography

/// Makes the blocks of one column and the digest of all of them.
package struct ColumnWriter: ~Copyable {
  /// The last block and what its cells are.
  package private(set) var encoder = ColumnEncoder()
  private var digest: KeyedDigestStream

  /// A column without blocks.
  ///
  /// - Throws: `CryptographyError` where libcrypto offers no HMAC.
  package init(key: [UInt8]) throws(CryptographyError) { digest = try KeyedDigestStream(key: key) }

  /// Encodes a column of a chunk.
  package mutating func take(_ chunk: RowChunk, column: Int) {
    encoder.encode(chunk, column: column)
    // Blocks of other sizes with the same bytes in a row are another column.
    digest.update(sizePrefix(encoder.block.count))
    digest.update(encoder.block)
  }

  /// As `ColumnEncoder.exchange`.
  package mutating func exchange(block: inout [UInt8], hashes: inout [UInt64]) {
    encoder.exchange(block: &block, hashes: &hashes)
  }

  /// The digest of all blocks.
  package consuming func finish() -> Digest { digest.finish() }
}

/// The size of a block as the digests take it: eight bytes, the lowest first.
func sizePrefix(_ size: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(size).littleEndian) { Array($0) } }
