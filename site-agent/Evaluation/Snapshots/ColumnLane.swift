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
    /// As `EncodedColumn.shares`, of the last chunk.
    var shares: [UInt64] = []

    mutating func takeShares(_ hashes: [UInt64], name: UInt64) {
      if shares.count != hashes.count { shares = Array(repeating: 0, count: hashes.count) }
      shares.withUnsafeMutableBufferPointer { shares in
        for row in hashes.indices { shares[row] = CellHash.combine(name, hashes[row]) }
      }
    }
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
      writer.encoder.withCells(of: chunk, column: column) { state.tally.take($0) }
      state.takeShares(writer.encoder.hashes, name: nameHash)
      state.writer = consume writer
    }
  }

  /// Hands over what was made of the last chunk, so that the next can be taken, for memory that is used for it.
  func exchange(_ results: inout EncodedColumn) {
    state.withLock { state in
      swap(&results.shares, &state.shares)
      guard var writer = state.writer.take() else { return }
      writer.exchange(block: &results.block, hashes: &results.hashes)
      state.writer = consume writer
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

/// What was made of one column of a chunk.
struct EncodedColumn: Sendable {
  var block: [UInt8] = []
  /// The hashes of the cells.
  var hashes: [UInt64] = []
  /// For each row what the column adds to the row's hash.
  var shares: [UInt64] = []

  /// Adds to the hash of each row.
  ///
  /// A sum does not depend on the order of the columns, which may differ between files.
  func addShares(to rows: inout [UInt64]) {
    shares.withUnsafeBufferPointer { shares in
      for row in rows.indices { rows[row] &+= shares[row] }
    }
  }
}
