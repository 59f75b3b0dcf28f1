import Glibc
import Synchronization

/// Where the bytes of one stream go.
package protocol OutputSink: Sendable {
  /// Writes all bytes; returns 0, or the `errno` that stopped it.
  func write(_ bytes: [UInt8]) -> Int32
}

/// An open descriptor of this process, such as standard output.
package struct DescriptorSink: OutputSink {
  private let descriptor: Int32

  /// A sink that neither owns nor closes the descriptor.
  package init(_ descriptor: Int32) { self.descriptor = descriptor }

  package func write(_ bytes: [UInt8]) -> Int32 {
    writeAll(bytes, to: descriptor)
  }
}

/// Keeps what was written, for tests.
package final class MemorySink: OutputSink {
  private let content = Mutex<[UInt8]>([])
  private let failure: Int32

  /// A sink that takes everything, or fails every write with `failure`.
  package init(failingWith failure: Int32 = 0) { self.failure = failure }

  /// All that was written, as text.
  package var text: String { content.withLock { String(decoding: $0, as: UTF8.self) } }

  package func write(_ bytes: [UInt8]) -> Int32 {
    guard failure == 0 else { return failure }
    content.withLock { $0 += bytes }
    return 0
  }
}

/// write(2) until everything is out. A signal is no failure; a write of nothing is, or this would not end.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  bytes.withUnsafeBytes { buffer in
    var written = 0
    while written < buffer.count {
      let result = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      if result < 0 {
        if errno == EINTR { continue }
        return errno
      }
      guard result > 0 else { return EIO }
      written += result
    }
    return 0
  }
}
