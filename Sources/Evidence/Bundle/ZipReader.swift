/// Reads a container or refuses it; nothing is repaired, nothing is written.
///
/// Every rule of `protocols/container.md` is checked before any entry is returned, so whoever uses an
/// entry knows that its name is safe and unique and that every ZIP reader sees the same bytes under it.
/// Time and memory grow linearly with the container.
///
/// - Throws: `ZipError` naming the first rule broken and the entry.
package func readZip(_ bytes: [UInt8], limits: ZipLimits = .standard) throws(ZipError) -> [ZipEntry] {
  guard bytes.count <= limits.maximumArchiveBytes else {
    throw ZipError(.archiveTooLarge, "\(bytes.count) bytes, at most \(limits.maximumArchiveBytes)")
  }
  let archive = ZipBytes(bytes: bytes)
  let end = try ZipEnd(of: archive)
  guard end.entries <= limits.maximumEntries else {
    throw ZipError(.tooManyEntries, "\(end.entries), at most \(limits.maximumEntries)")
  }
  guard end.entries == 0 || archive.uint32(0) == ZipRecord.localSignature else {
    throw ZipError(.bytesBeforeFirstEntry)
  }
  let headers = try readDirectory(end, of: archive, limits: limits)
  try checkNames(headers)
  let contents = try readContents(headers, upTo: end.directoryOffset, of: archive)
  try checkMimetype(contents.first.map { (name: $0.name, bytes: $0.bytes) })
  try checkCanonical(contents, is: archive)
  return contents.map { content in
    // Every name is ASCII by now, so decoding changes nothing.
    ZipEntry(name: String(decoding: content.name, as: UTF8.self), bytes: Array(content.bytes))
  }
}

private func readDirectory(
  _ end: ZipEnd, of archive: ZipBytes, limits: ZipLimits
) throws(ZipError) -> [ZipDirectoryHeader] {
  var headers: [ZipDirectoryHeader] = []
  var position = end.directoryOffset
  for _ in 0..<end.entries {
    let header = try ZipDirectoryHeader(at: position, before: end, in: archive)
    guard header.size <= limits.maximumEntryBytes else {
      throw ZipError(
        .entryTooLarge, entry: header.name, "\(header.size) bytes, at most \(limits.maximumEntryBytes)")
    }
    headers.append(header)
    position = header.next
  }
  guard position == end.position else {
    throw ZipError(.entryCountWrong, "\(end.entries) stated, more bytes follow at offset \(position)")
  }
  return headers
}

/// Names are judged together before any content is looked at.
private func checkNames(_ headers: [ZipDirectoryHeader]) throws(ZipError) {
  var names = ZipNameSet()
  for header in headers {
    try names.insert(header.name)
  }
  let mimetype = Array(ZipMimetype.name.utf8)
  guard let index = headers.firstIndex(where: { $0.name == mimetype }) else {
    throw ZipError(.mimetypeMissing)
  }
  guard index == 0 else { throw ZipError(.mimetypeNotFirst) }
  for (left, right) in zip(headers, headers.dropFirst()) where !zipOrder(left.name, right.name) {
    throw ZipError(.orderNotCanonical, entry: right.name)
  }
}

/// Walks the entries in the directory's order; each must begin where the one before it ended.
private func readContents(
  _ headers: [ZipDirectoryHeader], upTo directoryOffset: Int, of archive: ZipBytes
) throws(ZipError) -> [ZipContent] {
  var contents: [ZipContent] = []
  contents.reserveCapacity(headers.count)
  var position = 0
  for header in headers {
    guard header.offset >= position else { throw ZipError(.overlap, entry: header.name) }
    guard header.offset == position else {
      throw ZipError(.gap, entry: header.name, "\(header.offset - position) bytes before it")
    }
    let start = try checkLocalHeader(header, upTo: directoryOffset, of: archive)
    guard header.size <= directoryOffset - start, let bytes = archive.range(start, header.size) else {
      throw ZipError(.overlap, entry: header.name, "runs into the directory")
    }
    guard crc32(bytes) == header.crc else { throw ZipError(.crcMismatch, entry: header.name) }
    try checkZipContent(bytes, of: header.name)
    contents.append(ZipContent(name: header.name, bytes: bytes, crc: header.crc))
    position = start + header.size
  }
  guard position == directoryOffset else {
    throw ZipError(.gap, "\(directoryOffset - position) bytes before the directory")
  }
  return contents
}

/// Compares a local header with its directory header field for field; returns where the content begins.
private func checkLocalHeader(
  _ header: ZipDirectoryHeader, upTo directoryOffset: Int, of archive: ZipBytes
) throws(ZipError) -> Int {
  let start = header.offset + ZipRecord.localLength + header.name.count
  guard archive.uint32(header.offset) == ZipRecord.localSignature, start <= directoryOffset else {
    throw ZipError(.localHeader, entry: header.name, "offset \(header.offset)")
  }
  // Both headers hold the same 26 bytes: version needed to length of the extra field.
  for field in sharedFields {
    let local = archive.range(header.offset + 4 + field.start, field.length)
    let central = archive.range(header.position + 6 + field.start, field.length)
    guard local == central else { throw ZipError(.localHeaderDiffers, entry: header.name, field.name) }
  }
  guard archive.range(header.offset + ZipRecord.localLength, header.name.count) == header.name[...] else {
    throw ZipError(.localHeaderDiffers, entry: header.name, "name")
  }
  return start
}

private let sharedFields: [(name: String, start: Int, length: Int)] = [
  ("version needed", 0, 2), ("flags", 2, 2), ("method", 4, 2), ("time", 6, 2), ("date", 8, 2),
  ("crc-32", 10, 4), ("stored size", 14, 4), ("size", 18, 4), ("name length", 22, 2),
  ("extra field length", 24, 2),
]

/// The last word: what the writer makes of these entries must be the bytes that were read.
///
/// The rules above should leave nothing for this to find. It stands so that a rule forgotten here, or a
/// later change of the writer, refuses a container instead of giving it two readings.
private func checkCanonical(_ contents: [ZipContent], is archive: ZipBytes) throws(ZipError) {
  var comparison = ZipComparison(expected: archive.bytes)
  try emitZip(contents, to: &comparison)
  guard comparison.isEqual else { throw ZipError(.notCanonical) }
}

/// A sink that keeps nothing and remembers whether everything matched.
private struct ZipComparison: ZipSink {
  let expected: [UInt8]
  private var position = 0
  private var matches = true

  init(expected: [UInt8]) { self.expected = expected }

  var isEqual: Bool { matches && position == expected.count }

  mutating func take(_ bytes: ArraySlice<UInt8>) {
    guard matches, bytes.count <= expected.count - position else {
      matches = false
      return
    }
    let end = position + bytes.count
    matches = expected[position..<end] == bytes
    position = end
  }
}
