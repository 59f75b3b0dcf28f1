/// The end record of an archive, after the rules that concern it.
struct ZipEnd {
  let position: Int
  let entries: Int
  let directoryOffset: Int

  /// Finds the end record in the one place it may stand: the last 22 bytes.
  init(of archive: ZipBytes) throws(ZipError) {
    let position = archive.count - ZipRecord.endLength
    guard position >= 0, archive.uint32(position) == ZipRecord.endSignature else {
      throw Self.misplaced(in: archive)
    }
    guard let disk = archive.uint16(position + 4), let directoryDisk = archive.uint16(position + 6),
      let here = archive.uint16(position + 8), let total = archive.uint16(position + 10),
      let size = archive.uint32(position + 12), let offset = archive.uint32(position + 16),
      let comment = archive.uint16(position + 20)
    else { throw ZipError(.truncated) }
    guard comment == 0 else { throw ZipError(.archiveComment, "\(comment) bytes") }
    guard total != .max, here != .max, size != .max, offset != .max else { throw ZipError(.zip64) }
    guard disk == 0, directoryDisk == 0 else { throw ZipError(.multiDisk) }
    guard here == total else { throw ZipError(.entryCountWrong, "\(here) and \(total) stated") }
    // Both are below 2^32 and Int has 64 bits, so the sum can't overflow.
    guard Int(offset) + Int(size) == position else {
      if archive.uint32(position - 20) == ZipRecord.zip64LocatorSignature { throw ZipError(.zip64) }
      // A prefix in front of an unchanged archive shifts everything but the offsets.
      if archive.uint32(0) != ZipRecord.localSignature { throw ZipError(.bytesBeforeFirstEntry) }
      throw ZipError(.directoryPlace, "ends at \(Int(offset) + Int(size)), end record at \(position)")
    }
    self.position = position
    entries = Int(total)
    directoryOffset = Int(offset)
  }

  /// Says why the last 22 bytes are no end record, looking back no further than a comment could reach.
  private static func misplaced(in archive: ZipBytes) -> ZipError {
    let earliest = max(0, archive.count - ZipRecord.endLength - Int(UInt16.max))
    var position = archive.count - ZipRecord.endLength
    while position >= earliest {
      if archive.uint32(position) == ZipRecord.endSignature {
        let following = archive.count - position - ZipRecord.endLength
        let comment = archive.uint16(position + 20).map(Int.init)
        return ZipError(comment == following ? .archiveComment : .bytesAfterEnd, "\(following) bytes")
      }
      position -= 1
    }
    return ZipError(.truncated, "no end record")
  }
}

/// One header of the central directory, after the rules that concern it alone.
struct ZipDirectoryHeader {
  let name: [UInt8]
  let crc: UInt32
  let size: Int
  let offset: Int
  /// Where this header stands, and where the next one must.
  let position: Int
  let next: Int

  init(at position: Int, before end: ZipEnd, in archive: ZipBytes) throws(ZipError) {
    guard position < end.position else {
      throw ZipError(.entryCountWrong, "\(end.entries) stated, fewer found")
    }
    let fixedEnd = position + ZipRecord.centralLength
    guard archive.uint32(position) == ZipRecord.centralSignature, fixedEnd <= end.position,
      let madeBy = archive.uint16(position + 4), let needed = archive.uint16(position + 6),
      let flags = archive.uint16(position + 8), let method = archive.uint16(position + 10),
      let time = archive.uint16(position + 12), let date = archive.uint16(position + 14),
      let crc = archive.uint32(position + 16), let compressedSize = archive.uint32(position + 20),
      let size = archive.uint32(position + 24), let nameLength = archive.uint16(position + 28),
      let extraLength = archive.uint16(position + 30), let commentLength = archive.uint16(position + 32),
      let disk = archive.uint16(position + 34), let internalAttributes = archive.uint16(position + 36),
      let externalAttributes = archive.uint32(position + 38), let offset = archive.uint32(position + 42),
      let nameBytes = archive.range(fixedEnd, Int(nameLength))
    else { throw ZipError(.directoryHeader, "at offset \(position)") }
    let name = Array(nameBytes)
    let next = fixedEnd + Int(nameLength) + Int(extraLength) + Int(commentLength)
    guard next <= end.position else { throw ZipError(.directoryHeader, "at offset \(position)") }

    try checkFlags(flags, of: name)
    guard size != .max, compressedSize != .max, offset != .max, disk != .max else {
      throw ZipError(.zip64, entry: name)
    }
    try checkFileType(externalAttributes, madeBy: madeBy, of: name)
    try checkZipName(name)
    guard madeBy == ZipRecord.versionMadeBy else { throw ZipError(.hostSystem, entry: name) }
    guard method == ZipRecord.stored else { throw ZipError(.compressed, entry: name, "method \(method)") }
    guard needed == ZipRecord.versionNeeded else { throw ZipError(.version, entry: name) }
    guard time == ZipRecord.time, date == ZipRecord.date else { throw ZipError(.timestamp, entry: name) }
    guard extraLength == 0 else { throw ZipError(.extraField, entry: name) }
    guard commentLength == 0 else { throw ZipError(.entryComment, entry: name) }
    guard disk == 0 else { throw ZipError(.multiDisk, entry: name) }
    guard internalAttributes == 0 else { throw ZipError(.internalAttributes, entry: name) }
    guard externalAttributes == ZipRecord.externalAttributes else { throw ZipError(.fileMode, entry: name) }
    guard compressedSize == size else {
      throw ZipError(.sizeMismatch, entry: name, "\(compressedSize) stored, \(size) stated")
    }
    self.name = name
    self.crc = crc
    self.size = Int(size)
    self.offset = Int(offset)
    self.position = position
    self.next = next
  }
}

private func checkFlags(_ flags: UInt16, of name: [UInt8]) throws(ZipError) {
  // APPNOTE 4.4.4: bit 0 encrypted, bit 6 strong encryption, bit 13 header values masked.
  guard flags & 0x2041 == 0 else { throw ZipError(.encrypted, entry: name) }
  guard flags & 0x0008 == 0 else { throw ZipError(.dataDescriptor, entry: name) }
  guard flags == 0 else { throw ZipError(.flags, entry: name) }
}

/// Tells a link, a folder and a device apart from a plain mode difference; each is its own attack.
private func checkFileType(
  _ externalAttributes: UInt32, madeBy: UInt16, of name: [UInt8]
) throws(ZipError) {
  let unixType = (externalAttributes >> 16) & 0o170000
  switch unixType {
  case 0o100000, 0: break
  case 0o120000: throw ZipError(.symbolicLink, entry: name)
  case 0o040000: throw ZipError(.directoryEntry, entry: name)
  default: throw ZipError(.specialFile, entry: name)
  }
  // The low byte holds MS-DOS attributes: 0x10 is a directory. A trailing slash says the same.
  guard externalAttributes & 0x10 == 0, name.last != 0x2F else {
    throw ZipError(.directoryEntry, entry: name)
  }
}
