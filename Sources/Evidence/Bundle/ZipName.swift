/// Name rules, chosen so that a container unpacks to the same tree on every common file system.
enum ZipNameBounds {
  /// Windows' classic limit for a whole path is 260 characters; this leaves 80 for the folder.
  static let length = 180
  static let depth = 8
}

/// Refuses a name that could leave the folder it is unpacked in, hide there, or mean two files.
///
/// The order of the checks decides which rule is named when several are broken.
func checkZipName(_ name: [UInt8]) throws(ZipError) {
  guard !name.isEmpty else { throw ZipError(.nameEmpty, entry: name) }
  guard name.count <= ZipNameBounds.length else {
    throw ZipError(.nameTooLong, entry: name, "\(name.count) bytes, at most \(ZipNameBounds.length)")
  }
  guard name.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw ZipError(.nameNotASCII, entry: name) }
  guard !name.contains(Ascii.backslash) else { throw ZipError(.nameBackslash, entry: name) }
  guard !name.contains(Ascii.colon) else { throw ZipError(.nameDriveLetter, entry: name) }
  guard name.first != Ascii.slash else { throw ZipError(.nameAbsolute, entry: name) }
  let components = name.split(separator: Ascii.slash, omittingEmptySubsequences: false)
  guard components.count <= ZipNameBounds.depth else {
    throw ZipError(
      .nameTooDeep, entry: name, "\(components.count) components, at most \(ZipNameBounds.depth)")
  }
  for component in components {
    try checkComponent(component, of: name)
  }
}

private func checkComponent(_ component: ArraySlice<UInt8>, of name: [UInt8]) throws(ZipError) {
  guard let first = component.first, let last = component.last else {
    throw ZipError(.nameEmptySegment, entry: name)
  }
  guard component != [Ascii.dot], component != [Ascii.dot, Ascii.dot] else {
    throw ZipError(.nameDotSegment, entry: name)
  }
  guard component.allSatisfy(isNameCharacter) else { throw ZipError(.nameCharacter, entry: name) }
  guard first != Ascii.dot, first != Ascii.hyphen else { throw ZipError(.nameStart, entry: name) }
  guard last != Ascii.dot else { throw ZipError(.nameTrailingDot, entry: name) }
  // Windows opens the device whatever follows the first dot: `nul.json` is `nul`.
  let stem = component.prefix { $0 != Ascii.dot }
  guard !isDeviceName(caseFolded(stem)) else { throw ZipError(.nameReserved, entry: name) }
}

/// `A`–`Z` become `a`–`z`; every allowed name is ASCII, so this is the whole of case folding.
func caseFolded(_ name: some Sequence<UInt8>) -> [UInt8] {
  name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
}

private func isNameCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, Ascii.dot, Ascii.underscore, Ascii.hyphen: true
  default: false
  }
}

private func isDeviceName(_ stem: [UInt8]) -> Bool {
  if deviceNames.contains(stem) { return true }
  guard stem.count == 4, let digit = stem.last, (0x30...0x39).contains(digit) else { return false }
  return numberedDeviceNames.contains(Array(stem.dropLast()))
}

private let deviceNames: Set<[UInt8]> = Set(["con", "prn", "aux", "nul"].map { Array($0.utf8) })
private let numberedDeviceNames: Set<[UInt8]> = Set(["com", "lpt"].map { Array($0.utf8) })

private enum Ascii {
  static let hyphen: UInt8 = 0x2D
  static let dot: UInt8 = 0x2E
  static let slash: UInt8 = 0x2F
  static let colon: UInt8 = 0x3A
  static let backslash: UInt8 = 0x5C
  static let underscore: UInt8 = 0x5F
}

/// Collects the names of one container and refuses two that could land in the same place.
struct ZipNameSet {
  private var files: Set<[UInt8]> = []
  private var folders: Set<[UInt8]> = []
  /// Every file and folder seen, by its case-folded form: two spellings of one place are refused.
  private var spellings: [[UInt8]: [UInt8]] = [:]

  mutating func insert(_ name: [UInt8]) throws(ZipError) {
    guard files.insert(name).inserted else { throw ZipError(.duplicateName, entry: name) }
    guard !folders.contains(name) else { throw ZipError(.fileIsFolder, entry: name) }
    try claim(name[...], for: name)
    for index in name.indices where name[index] == Ascii.slash {
      let folder = Array(name[..<index])
      guard !files.contains(folder) else { throw ZipError(.fileIsFolder, entry: folder) }
      folders.insert(folder)
      try claim(folder[...], for: name)
    }
  }

  private mutating func claim(_ place: ArraySlice<UInt8>, for name: [UInt8]) throws(ZipError) {
    let spelling = Array(place)
    let folded = caseFolded(spelling)
    if let known = spellings[folded], known != spelling {
      throw ZipError(.caseEqualNames, entry: name)
    }
    spellings[folded] = spelling
  }
}
