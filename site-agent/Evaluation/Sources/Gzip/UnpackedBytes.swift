/// What a gzip file holds: all its members, one after the other. Memory does not grow with either side.
final class UnpackedBytes: TableBytes {
  let file: TableFile
  private let inflater: Inflater
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  private var rest = 0..<0
  private var isInsideMember = true

  /// Unpacks a file that begins as gzip does.
  init(_ file: TableFile) throws(TableError) {
    guard let inflater = Inflater() else {
      throw .readFailed(path: file.path, reason: "there is no memory to unpack it")
    }
    self.file = file
    self.inflater = inflater
  }

  deinit { input.deallocate() }

  func read(into space: UnsafeMutableRawBufferPointer) throws(TableError) -> Int {
    // A call that only fills the window of zlib gives nothing yet.
    while true {
      if rest.isEmpty {
        rest = 0..<(try file.read(into: input))
        if rest.isEmpty {
          guard !isInsideMember else { throw .packedFileEnds(path: file.path) }
          return 0
        }
      }
      if !isInsideMember {
        inflater.startMember()
        isInsideMember = true
      }
      let (outcome, consumed, produced) = inflater.unpack(
        UnsafeMutableRawBufferPointer(rebasing: input[rest]), into: space)
      rest = (rest.lowerBound + consumed)..<rest.upperBound
      switch outcome {
      case .goesOn: break
      case .memberEnded: isInsideMember = false
      case .damaged: throw .packedFileDamaged(path: file.path)
      case .outOfMemory: throw .readFailed(path: file.path, reason: "there is no memory to unpack it")
      }
      if produced > 0 { return produced }
      // Never met: zlib moves on or says why not. A loop that rests on that would rest on it for ever.
      guard consumed > 0 || outcome == .memberEnded else { throw .packedFileDamaged(path: file.path) }
    }
  }
}

/// The bytes of a file, unpacked where it begins as gzip does; its name says nothing.
func unpackedBytes(of file: TableFile) throws(TableError) -> any TableBytes {
  try file.beginning(2) == [0x1F, 0x8B] ? UnpackedBytes(file) : file
}
