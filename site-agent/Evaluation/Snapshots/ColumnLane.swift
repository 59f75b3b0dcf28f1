import ColumnFiles
import Cryptography
import Synchronization

/// One column of a dataset on its way into a snapshot: what is written of it, and what is counted of it.
///
/// Chunks come one after the other; different columns may be at work on different threads.
final class ColumnLane: Sendable {
  let name: String
  private let nameHash: UInt64
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var writer: ColumnWriter?
    var tally: ColumnTally
    /// For each row of the chunk at hand what the column adds to the row's hash.
    var shares: [UInt64] = []
  }

  /// - Throws: `CryptographyError` where libcrypto offers no HMAC.
  init(_ name: String, key: [UInt8]) throws(CryptographyError) {
    self.name = name
    nameHash = Array(name.utf8).withUnsafeBufferPointer(CellHash.hash)
    state = Mutex(State(writer: try ColumnWriter(key: key), tally: ColumnTally(name)))
  }

  /// Encodes and counts the column of a chunk.
  func take(_ chunk: RowChunk, column: Int) {
    state.withLock { state in
      guard var writer = state.writer.take() else { return }
      writer.take(chunk, column: column)
      writer.encoder.forEachCell(
        of: chunk, column: column,
        text: { state.tally.takeCell($0, hash: $1, times: $2) },
        number: { state.tally.takeDecimal($0, hash: $1, mantissa: $2, scale: $3) })
      state.shares = writer.encoder.hashes.map { CellHash.combine(nameHash, $0) }
      state.writer = consume writer
    }
  }

  /// The block of the chunk at hand.
  var block: [UInt8] { state.withLock { $0.writer?.encoder.block ?? [] } }

  /// The hashes of the chunk's cells.
  var hashes: [UInt64] { state.withLock { $0.writer?.encoder.hashes ?? [] } }

  /// Adds to the hash of each row of the chunk at hand what this column adds.
  ///
  /// A sum does not depend on the order of the columns, which may differ between files.
  func addShares(to rows: inout [UInt64]) {
    state.withLock { state in
      for row in rows.indices { rows[row] &+= state.shares[row] }
    }
  }

  /// What was counted.
  var tally: ColumnTally { state.withLock { $0.tally } }

  /// The digest of all blocks; nothing may be taken afterwards.
  func finish() -> Digest {
    state.withLock { state in
      guard let writer = state.writer.take() else { return Digest(of: []) }
      return writer.finish()
    }
  }
}
