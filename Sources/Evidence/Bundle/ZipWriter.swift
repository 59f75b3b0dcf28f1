/// Writes a container: same entries in any order, same bytes out.
///
/// Entries are sorted by the bytes of their names, `mimetype` first, and stored uncompressed with fixed
/// times and modes, as `protocols/container.md` says. What this writes, `readZip` accepts.
///
/// - Throws: `ZipError` for a name the format does not allow, two names for one place, a missing or
///   foreign `mimetype`, an archive as content, and anything that would need ZIP64.
package func writeZip(_ entries: [(name: String, bytes: [UInt8])]) throws(ZipError) -> [UInt8] {
  var names = ZipNameSet()
  var files: [ZipContent] = []
  files.reserveCapacity(entries.count)
  for entry in entries {
    let name = Array(entry.name.utf8)
    try checkZipName(name)
    try names.insert(name)
    try checkZipContent(entry.bytes[...], of: name)
    files.append(ZipContent(name: name, bytes: entry.bytes[...], crc: crc32(entry.bytes[...])))
  }
  files.sort { zipOrder($0.name, $1.name) }
  try checkMimetype(files.first.map { (name: $0.name, bytes: $0.bytes) })
  var archive: [UInt8] = []
  let contentBytes = files.reduce(0) { $0 + $1.bytes.count + $1.name.count * 2 }
  archive.reserveCapacity(contentBytes + files.count * (ZipRecord.localLength + ZipRecord.centralLength) + 64)
  try emitZip(files, to: &archive)
  return archive
}

/// One file on its way into an archive; the name has been checked and the CRC-32 computed.
struct ZipContent {
  let name: [UInt8]
  let bytes: ArraySlice<UInt8>
  let crc: UInt32
}

/// Where an archive goes: into an array, or against bytes it must equal.
protocol ZipSink {
  mutating func take(_ bytes: ArraySlice<UInt8>)
}

extension [UInt8]: ZipSink {
  mutating func take(_ bytes: ArraySlice<UInt8>) { append(contentsOf: bytes) }
}

/// Puts sorted files, their directory and the end record into `sink`.
func emitZip(_ files: [ZipContent], to sink: inout some ZipSink) throws(ZipError) {
  guard files.count <= ZipRecord.maximumEntries, let count = UInt16(exactly: files.count) else {
    throw ZipError(.tooManyEntries, "\(files.count), at most \(ZipRecord.maximumEntries)")
  }
  var records: [ZipRecord.File] = []
  records.reserveCapacity(files.count)
  var offset = 0
  for file in files {
    let record = ZipRecord.File(
      name: file.name, crc: file.crc, size: try field(file.bytes.count, of: file.name),
      offset: try field(offset, of: file.name))
    records.append(record)
    sink.take(ZipRecord.local(record)[...])
    sink.take(file.bytes)
    offset += ZipRecord.localLength + file.name.count + file.bytes.count
  }
  let directoryOffset = offset
  for record in records {
    sink.take(ZipRecord.central(record)[...])
    offset += ZipRecord.centralLength + record.name.count
  }
  let end = ZipRecord.end(
    entries: count, directoryBytes: try field(offset - directoryOffset, of: nil),
    directoryOffset: try field(directoryOffset, of: nil))
  sink.take(end[...])
}

/// Whether `left` stands before `right` in a container: `mimetype` first, then by unsigned bytes.
func zipOrder(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  let first = Array(ZipMimetype.name.utf8)
  if left == first || right == first { return left == first && right != first }
  return left.lexicographicallyPrecedes(right)
}

/// A container names its own format before anything else.
func checkMimetype(_ first: (name: [UInt8], bytes: ArraySlice<UInt8>)?) throws(ZipError) {
  guard let first, first.name == Array(ZipMimetype.name.utf8) else { throw ZipError(.mimetypeMissing) }
  guard first.bytes == ZipMimetype.bytes[...] else { throw ZipError(.mimetypeWrong) }
}

/// A container in a container would need a second set of every rule, and hides files from the manifest.
func checkZipContent(_ bytes: ArraySlice<UInt8>, of name: [UInt8]) throws(ZipError) {
  let start = Array(bytes.prefix(4))
  guard !archiveStarts.contains(start) else { throw ZipError(.nestedArchive, entry: name) }
}

/// A local header, an empty archive's end record, a split archive's marker.
private let archiveStarts: Set<[UInt8]> = [
  [0x50, 0x4B, 0x03, 0x04], [0x50, 0x4B, 0x05, 0x06], [0x50, 0x4B, 0x07, 0x08],
]

private func field(_ value: Int, of name: [UInt8]?) throws(ZipError) -> UInt32 {
  guard value <= ZipRecord.maximumBytes, let field = UInt32(exactly: value) else {
    throw ZipError(.zip64, entry: name, "\(value) does not fit a 32-bit field")
  }
  return field
}
