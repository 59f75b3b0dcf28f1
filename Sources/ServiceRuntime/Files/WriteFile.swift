import Glibc

/// Writes a file so that a reader, or a crash, sees the old content or the new content and nothing between.
///
/// The bytes go to a new file beside the target, are synced, and take its name in one step. When anything
/// fails the new file is removed and the old one is untouched. `mode` is what the process' umask leaves
/// of it; 0600 for keys.
package func writeFileAtomically(
  _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644
) throws(FileError) {
  try writeFileAtomically(to: path, mode: mode) { write throws(FileError) in try write(bytes) }
}

/// The same for content that comes in pieces and need not fit in memory: `body` is given what takes a piece.
package func writeFileAtomically(
  to path: String, mode: UInt32 = 0o644,
  _ body: ((_ piece: [UInt8]) throws(FileError) -> Void) throws(FileError) -> Void
) throws(FileError) {
  let (folder, name) = try splitPath(path)
  let temporary = try makeTemporary(in: folder, for: name, reportedAs: path) {
    (candidate: String) throws(FileError) in
    try writeNewFile(to: candidate, mode: mode, reportedAs: path, body)
  }
  guard rename(temporary, path) == 0 else {
    let error = FileError.writing(path)
    unlink(temporary)
    throw error
  }
  try syncDirectory(folder)
}

/// Makes a file that must not exist yet, synced; removes what it wrote when it fails.
func writeNewFile(
  _ bytes: [UInt8], to path: String, mode: UInt32, reportedAs shown: String
) throws(FileError) {
  try writeNewFile(to: path, mode: mode, reportedAs: shown) { write throws(FileError) in try write(bytes) }
}

private func writeNewFile(
  to path: String, mode: UInt32, reportedAs shown: String,
  _ body: ((_ piece: [UInt8]) throws(FileError) -> Void) throws(FileError) -> Void
) throws(FileError) {
  guard let file = Descriptor.creating(path, mode: mode) else { throw .writing(shown) }
  let descriptor = file.value
  do throws(FileError) {
    try body { piece throws(FileError) in
      let code = writeAll(piece, to: descriptor)
      guard code == 0 else { throw .writing(shown, code) }
    }
    guard fsync(file.value) == 0 else { throw .writing(shown) }
  } catch {
    unlink(path)
    throw error
  }
}

/// Tries names beside the target until `make` finds a free one. A crash can leave such a name behind; it
/// starts with a dot, says whose it was, and never stops a later run.
func makeTemporary(
  in folder: String, for name: String, reportedAs shown: String,
  _ make: (String) throws(FileError) -> Void
) throws(FileError) -> String {
  for attempt in 0..<100 {
    // A file name has at most 255 bytes; a long target name must leave room for the suffix.
    let candidate = "\(folder)/.\(name.prefix(50)).\(getpid())-\(attempt).partial"
    do throws(FileError) {
      try make(candidate)
      return candidate
    } catch .alreadyThere {
      continue
    }
  }
  throw .unwritable(shown, reason: "too many unfinished files beside it")
}
