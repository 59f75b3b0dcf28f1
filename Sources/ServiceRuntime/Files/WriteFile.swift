import Glibc

/// Writes a file so that a reader, or a crash, sees the old content or the new content and nothing between.
///
/// The bytes go to a new file beside the target, are synced, and take its name in one step. When anything
/// fails the new file is removed and the old one is untouched. `mode` is what the process' umask leaves
/// of it; 0600 for keys.
package func writeFileAtomically(
  _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644
) throws(FileError) {
  let (folder, name) = try splitPath(path)
  let temporary = try makeTemporary(in: folder, for: name, reportedAs: path) {
    (candidate: String) throws(FileError) in
    try writeNewFile(bytes, to: candidate, mode: mode, reportedAs: path)
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
  guard let file = Descriptor.creating(path, mode: mode) else { throw .writing(shown) }
  var code = writeAll(bytes, to: file.value)
  if code == 0, fsync(file.value) != 0 { code = errno }
  guard code == 0 else {
    unlink(path)
    throw .writing(shown, code)
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
