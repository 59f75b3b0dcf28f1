/// The rules of `protocols/container.md`. The raw value is the rule's name there and the stem of its
/// vectors in `protocols/vectors/container/reject`.
package enum ZipRule: String, Sendable, CaseIterable {
  // The archive as a whole.
  case archiveTooLarge = "archive-too-large"
  case truncated
  case bytesBeforeFirstEntry = "bytes-before-first-entry"
  case bytesAfterEnd = "bytes-after-end"
  case archiveComment = "archive-comment"
  case multiDisk = "multi-disk"
  case zip64
  case tooManyEntries = "too-many-entries"
  case entryCountWrong = "entry-count-wrong"
  case directoryPlace = "directory-place"
  case directoryHeader = "directory-header"
  case gap
  case overlap
  case notCanonical = "not-canonical"

  // One header.
  case hostSystem = "host-system"
  case version
  case encrypted
  case dataDescriptor = "data-descriptor"
  case flags
  case compressed
  case timestamp
  case extraField = "extra-field"
  case entryComment = "entry-comment"
  case internalAttributes = "internal-attributes"
  case symbolicLink = "symbolic-link"
  case directoryEntry = "directory-entry"
  case specialFile = "special-file"
  case fileMode = "file-mode"
  case localHeader = "local-header"
  case localHeaderDiffers = "local-header-differs"

  // One content.
  case sizeMismatch = "size-mismatch"
  case crcMismatch = "crc-mismatch"
  case entryTooLarge = "entry-too-large"
  case nestedArchive = "nested-archive"

  // Names.
  case nameEmpty = "name-empty"
  case nameTooLong = "name-too-long"
  case nameTooDeep = "name-too-deep"
  case nameNotASCII = "name-not-ascii"
  case nameBackslash = "name-backslash"
  case nameDriveLetter = "name-drive-letter"
  case nameAbsolute = "name-absolute"
  case nameEmptySegment = "name-empty-segment"
  case nameDotSegment = "name-dot-segment"
  case nameCharacter = "name-character"
  case nameStart = "name-start"
  case nameTrailingDot = "name-trailing-dot"
  case nameReserved = "name-reserved"
  case duplicateName = "duplicate-name"
  case caseEqualNames = "case-equal-names"
  case fileIsFolder = "file-is-folder"
  case orderNotCanonical = "order-not-canonical"

  // The first entry.
  case mimetypeMissing = "mimetype-missing"
  case mimetypeNotFirst = "mimetype-not-first"
  case mimetypeWrong = "mimetype-wrong"
}

/// Why a container was refused, or can't be written: the rule, and the entry where there is one.
package struct ZipError: Error, Equatable {
  /// The first rule that was broken, in the order the reader looks.
  package let rule: ZipRule
  /// The entry concerned, with everything but printable ASCII escaped; nil for the archive as a whole.
  package let entry: String?
  /// What was found, such as an offset or a field name.
  package let detail: String?

  init(_ rule: ZipRule, entry: [UInt8]? = nil, _ detail: String? = nil) {
    self.rule = rule
    self.entry = entry.map(printable)
    self.detail = detail
  }
}

extension ZipError: CustomStringConvertible {
  package var description: String {
    var text = entry.map { "entry \"\($0)\": \(rule.statement)" } ?? rule.statement
    if let detail { text += " (\(detail))" }
    return text
  }

  /// What the reader of the message can do about it.
  package var remedy: String {
    switch rule {
    case .truncated, .crcMismatch:
      "the file was changed, cut or damaged since it was sealed; get it again and compare its digest with the sender's"
    case .archiveTooLarge, .tooManyEntries, .entryTooLarge:
      "raise the limit only if you know why the bundle is this large"
    default:
      "do not repack or repair it; ask the sender for the sealed file, byte for byte"
    }
  }
}

extension ZipRule {
  fileprivate var statement: String {
    switch self {
    case .archiveTooLarge: "container is larger than allowed"
    case .truncated: "container ends early"
    case .bytesBeforeFirstEntry: "container does not begin with its first entry"
    case .bytesAfterEnd: "bytes follow the end record"
    case .archiveComment: "container carries a comment"
    case .multiDisk: "container claims to span several disks"
    case .zip64: "container uses ZIP64"
    case .tooManyEntries: "container has more entries than allowed"
    case .entryCountWrong: "the number of entries is not the number stated"
    case .directoryPlace: "the central directory is not right before the end record"
    case .directoryHeader: "the central directory has no header where one must be"
    case .gap: "bytes lie between entries"
    case .overlap: "entries overlap or are not in the directory's order"
    case .notCanonical: "writing the entries again gives other bytes"
    case .hostSystem: "made by another system than the format fixes"
    case .version: "needs another format version than the format fixes"
    case .encrypted: "is encrypted"
    case .dataDescriptor: "has a data descriptor"
    case .flags: "has general purpose flags set"
    case .compressed: "is compressed"
    case .timestamp: "carries a time other than 1980-01-01 00:00:00"
    case .extraField: "carries an extra field"
    case .entryComment: "carries a comment"
    case .internalAttributes: "has internal attributes set"
    case .symbolicLink: "is a symbolic link"
    case .directoryEntry: "is a directory"
    case .specialFile: "is not a regular file"
    case .fileMode: "has a mode other than 0644"
    case .localHeader: "has no local header where the directory says"
    case .localHeaderDiffers: "local header and directory disagree"
    case .sizeMismatch: "stated sizes disagree"
    case .crcMismatch: "content does not match its CRC-32"
    case .entryTooLarge: "is larger than allowed"
    case .nestedArchive: "is itself an archive"
    case .nameEmpty: "has an empty name"
    case .nameTooLong: "has a name that is too long"
    case .nameTooDeep: "lies too many folders deep"
    case .nameNotASCII: "has a name that is not printable ASCII"
    case .nameBackslash: "has a backslash in its name"
    case .nameDriveLetter: "has a colon in its name, as a drive letter does"
    case .nameAbsolute: "has an absolute name"
    case .nameEmptySegment: "has an empty component in its name"
    case .nameDotSegment: "has a component . or .. in its name"
    case .nameCharacter: "has a character outside A-Z a-z 0-9 . _ - in its name"
    case .nameStart: "has a component that begins with a dot or a hyphen"
    case .nameTrailingDot: "has a component that ends with a dot"
    case .nameReserved: "has a component that names a device on some systems"
    case .duplicateName: "occurs twice"
    case .caseEqualNames: "differs from another name only by case"
    case .fileIsFolder: "is a file and the folder of another file"
    case .orderNotCanonical: "is out of order"
    case .mimetypeMissing: "container has no mimetype entry"
    case .mimetypeNotFirst: "mimetype is not the first entry"
    case .mimetypeWrong: "mimetype names another format"
    }
  }
}

/// A name from an untrusted directory, fit for a terminal and never longer than a line.
private func printable(_ name: [UInt8]) -> String {
  var text = ""
  for byte in name.prefix(100) {
    if (0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      let digits = String(byte, radix: 16)
      text += "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
  }
  return name.count > 100 ? text + "..." : text
}
