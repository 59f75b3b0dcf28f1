/// The three records of a ZIP file, with the values this format fixes. `protocols/container.md` has the
/// same table in prose. All numbers are little endian.
enum ZipRecord {
  static let localSignature: UInt32 = 0x0403_4B50
  static let centralSignature: UInt32 = 0x0201_4B50
  static let endSignature: UInt32 = 0x0605_4B50
  static let zip64LocatorSignature: UInt32 = 0x0706_4B50
  static let localLength = 30
  static let centralLength = 46
  static let endLength = 22

  /// Unix, format version 2.0.
  static let versionMadeBy: UInt16 = 0x0314
  static let versionNeeded: UInt16 = 20
  static let stored: UInt16 = 0
  /// 1980-01-01 00:00:00, the earliest a ZIP can say.
  static let time: UInt16 = 0
  static let date: UInt16 = 0x0021
  /// A regular file, rw-r--r--, in the upper half of the external attributes.
  static let externalAttributes: UInt32 = 0o100644 << 16
  /// 65,535 in this field would mean ZIP64.
  static let maximumEntries = 65_534
  /// 0xFFFFFFFF in a size or offset would mean ZIP64.
  static let maximumBytes = 0xFFFF_FFFE

  /// A file's place and content as both headers state it.
  struct File {
    let name: [UInt8]
    let crc: UInt32
    let size: UInt32
    let offset: UInt32
  }

  static func local(_ file: File) -> [UInt8] {
    littleEndian(localSignature) + littleEndian(versionNeeded) + shared(file) + littleEndian(UInt16(0))
      + file.name
  }

  static func central(_ file: File) -> [UInt8] {
    littleEndian(centralSignature) + littleEndian(versionMadeBy) + littleEndian(versionNeeded)
      + shared(file)
      // Extra field length, comment length, first disk, internal attributes.
      + [UInt8](repeating: 0, count: 8) + littleEndian(externalAttributes) + littleEndian(file.offset)
      + file.name
  }

  static func end(entries: UInt16, directoryBytes: UInt32, directoryOffset: UInt32) -> [UInt8] {
    littleEndian(endSignature) + [0, 0, 0, 0] + littleEndian(entries) + littleEndian(entries)
      + littleEndian(directoryBytes) + littleEndian(directoryOffset) + [0, 0]
  }

  /// The fields both headers have in the same order: flags to length of the name.
  private static func shared(_ file: File) -> [UInt8] {
    let flags: UInt16 = 0
    return littleEndian(flags) + littleEndian(stored) + littleEndian(time) + littleEndian(date)
      + littleEndian(file.crc) + littleEndian(file.size) + littleEndian(file.size)
      + littleEndian(UInt16(truncatingIfNeeded: file.name.count))
  }

  private static func littleEndian<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) -> [UInt8] {
    (0..<(Value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
