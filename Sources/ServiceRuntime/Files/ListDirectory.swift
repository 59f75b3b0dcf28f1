import Glibc

/// One name in a folder.
package struct DirectoryEntry: Sendable, Equatable {
  /// What a name stands for; a link is `other`, whatever it points to.
  package enum Kind: Sendable { case file, folder, other }

  /// The name, without the folder's path.
  package let name: String
  /// What it is.
  package let kind: Kind

  /// An entry described by hand, for comparison.
  package init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// The names in a folder, sorted by their bytes, without `.` and `..`.
package func listDirectory(
  _ path: String, maximumEntries: Int = 100_000
) throws(FileError) -> [DirectoryEntry] {
  try checkPath(path)
  guard let folder = opendir(path) else { throw .reading(path) }
  defer { closedir(folder) }
  var entries: [DirectoryEntry] = []
  while true {
    errno = 0
    guard let entry = readdir(folder) else {
      guard errno == 0 else { throw .reading(path) }
      break
    }
    guard let name = entryName(entry) else { throw .nameNotText(folder: path) }
    if name == "." || name == ".." { continue }
    guard entries.count < maximumEntries else { throw .tooManyFiles(path, limit: maximumEntries) }
    entries.append(DirectoryEntry(name: name, kind: try kind(of: "\(path)/\(name)")))
  }
  return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}

/// The relative paths of all files below a folder, sorted by their bytes.
///
/// A link or device anywhere below is refused: what is listed must be what is there.
package func listFiles(
  below root: String, maximumFiles: Int = 100_000, maximumDepth: Int = 16
) throws(FileError) -> [String] {
  var files: [String] = []
  var pending = [(path: "", depth: 1)]
  while let (folder, depth) = pending.popLast() {
    let path = folder.isEmpty ? root : "\(root)/\(folder)"
    guard depth <= maximumDepth else { throw .pathInvalid(path) }
    for entry in try listDirectory(path, maximumEntries: maximumFiles) {
      let relative = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
      switch entry.kind {
      case .folder: pending.append((relative, depth + 1))
      case .other: throw .notAPlainTree("\(root)/\(relative)")
      case .file:
        guard files.count < maximumFiles else { throw .tooManyFiles(root, limit: maximumFiles) }
        files.append(relative)
      }
    }
  }
  return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// Removes a folder and all below it, following no link.
package func removeTree(_ path: String) throws(FileError) {
  for entry in try listDirectory(path, maximumEntries: .max) {
    let below = "\(path)/\(entry.name)"
    if entry.kind == .folder {
      try removeTree(below)
    } else if unlink(below) != 0 {
      throw .writing(below)
    }
  }
  guard rmdir(path) == 0 else { throw .writing(path) }
}

private func kind(of path: String) throws(FileError) -> DirectoryEntry.Kind {
  var status = stat()
  guard lstat(path, &status) == 0 else { throw .reading(path) }
  return switch status.st_mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .folder
  default: .other
  }
}

/// Decodes the fixed C buffer up to its NUL; nil when that is not UTF-8.
private func entryName(_ entry: UnsafeMutablePointer<dirent>) -> String? {
  withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
    String(validating: buffer.prefix { $0 != 0 }, as: UTF8.self)
  }
}
