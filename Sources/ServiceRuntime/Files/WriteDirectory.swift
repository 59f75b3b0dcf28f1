import Glibc

/// Writes a folder of files so that it is there completely or not at all.
///
/// Everything goes to a folder beside the target, is synced, and takes its name in one step. A target that
/// has files in it is refused unless `replacing` is true; then it is moved aside first and removed last, so
/// for a moment neither folder has the name, but both are complete, and a failure moves the old one back.
///
/// Folders above the target are made. Paths are relative, with `/`; `..`, an absolute path and two files of one name are refused.
package func writeDirectoryAtomically(
  _ files: [(path: String, bytes: [UInt8])], to target: String, replacing: Bool = false
) throws(FileError) {
  let (folder, name) = try splitPath(target)
  for file in files { try checkRelativePath(file.path) }
  if folder != ".", folder != "/" { try makeDirectory(folder) }
  if !replacing, try hasEntries(target) { throw .alreadyThere(target) }
  let staging = try makeTemporary(in: folder, for: name, reportedAs: target) {
    (candidate: String) throws(FileError) in
    guard mkdir(candidate, 0o755) == 0 else { throw .writing(target) }
  }
  do throws(FileError) {
    try fill(staging, with: files)
    if replacing, try exists(target) {
      try replace(target, with: staging, in: folder, name: name)
    } else if rename(staging, target) != 0 {
      throw FileError.writing(target)
    }
  } catch {
    try? removeTree(staging)
    throw error
  }
  try syncDirectory(folder)
}

/// Makes a folder and those above it; one that is there already is fine.
package func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(FileError) {
  try checkPath(path)
  if mkdir(path, mode) == 0 { return }
  switch errno {
  case EEXIST:
    guard let folder = Descriptor.reading(path, flags: O_DIRECTORY), folder.status() != nil else {
      throw .notAFolder(path)
    }
  case ENOENT:
    let above = try splitPath(path).folder
    guard above != "." && above != "/" else { throw .writing(path) }
    try makeDirectory(above, mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw .writing(path) }
  default: throw .writing(path)
  }
}

private func fill(
  _ staging: String, with files: [(path: String, bytes: [UInt8])]
) throws(FileError) {
  var folders: Set<String> = []
  for file in files {
    let components = file.path.split(separator: "/").dropLast()
    for depth in components.indices {
      let path = components[...depth].joined(separator: "/")
      guard folders.insert(path).inserted else { continue }
      guard mkdir("\(staging)/\(path)", 0o755) == 0 else { throw .writing(file.path) }
    }
    try writeNewFile(file.bytes, to: "\(staging)/\(file.path)", mode: 0o644, reportedAs: file.path)
  }
  for path in folders { try syncDirectory("\(staging)/\(path)") }
  try syncDirectory(staging)
}

private func replace(
  _ target: String, with staging: String, in folder: String, name: String
) throws(FileError) {
  let old = try makeTemporary(in: folder, for: name + ".old", reportedAs: target) {
    (candidate: String) throws(FileError) in
    // An empty folder holds the name; renaming a folder onto it takes its place.
    guard mkdir(candidate, 0o700) == 0 else { throw .writing(target) }
  }
  guard rename(target, old) == 0 else {
    let error = FileError.writing(target)
    rmdir(old)
    throw error
  }
  guard rename(staging, target) == 0 else {
    let error = FileError.writing(target)
    _ = rename(old, target)
    throw error
  }
  try removeTree(old)
}

private func exists(_ path: String) throws(FileError) -> Bool {
  var status = stat()
  if lstat(path, &status) == 0 {
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path) }
    return true
  }
  guard errno == ENOENT else { throw .reading(path) }
  return false
}

private func hasEntries(_ path: String) throws(FileError) -> Bool {
  guard try exists(path) else { return false }
  return try !listDirectory(path, maximumEntries: .max).isEmpty
}

private func checkRelativePath(_ path: String) throws(FileError) {
  try checkPath(path)
  for component in path.split(separator: "/", omittingEmptySubsequences: false) {
    guard !component.isEmpty, component != ".", component != ".." else { throw .pathInvalid(path) }
  }
}
