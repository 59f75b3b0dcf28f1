internal import CZlib

/// One zlib stream that unpacks gzip members. Used from one place at a time.
final class Inflater {
  // zlib keeps the address of the structure, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// What a call came to.
  enum Outcome {
    /// It goes on, with more input or more space.
    case goesOn
    /// The member has ended; its CRC and its length are those of what came out.
    case memberEnded
    case damaged
    case outOfMemory
  }

  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard CZlib_inflate_init_gzip(stream) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Unpacks as much of `input` as fits into `output`; says how much of each was used.
  func unpack(
    _ input: UnsafeMutableRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (outcome: Outcome, consumed: Int, produced: Int) {
    let inputSize = UInt32(clamping: input.count)
    let outputSize = UInt32(clamping: output.count)
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = inputSize
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = outputSize
    let outcome: Outcome
    switch inflate(stream, Z_NO_FLUSH) {
    // The manual: "Z_BUF_ERROR if no progress was possible. […] not fatal, and inflate() can be called again with
    // more input and more output space".
    case Z_OK, Z_BUF_ERROR: outcome = .goesOn
    case Z_STREAM_END: outcome = .memberEnded
    case Z_MEM_ERROR: outcome = .outOfMemory
    default: outcome = .damaged
    }
    return (outcome, Int(inputSize - stream.pointee.avail_in), Int(outputSize - stream.pointee.avail_out))
  }

  /// Makes it ready for the next member.
  func startMember() { inflateReset(stream) }
}
