import Glibc

/// Why a file or folder could not be read or written. Always names the path.
package enum FileError: DescribedError, Equatable {
  /// The path is empty, holds a NUL, or leaves the folder it is meant for.
  case pathInvalid(String)
  case notFound(String)
  /// A folder, device, pipe or socket where a file is needed.
  case notARegularFile(String)
  case notAFolder(String)
  /// A symbolic link or device inside a folder that is read or written as a whole.
  case notAPlainTree(String)
  /// A file name that is not UTF-8.
  case nameNotText(folder: String)
  case tooLarge(String, limit: Int)
  case tooManyFiles(String, limit: Int)
  case unreadable(String, reason: String)
  case alreadyThere(String)
  case diskFull(String)
  case unwritable(String, reason: String)

  package var description: String {
    switch self {
    case .pathInvalid(let path): "path \"\(path)\" can't be used"
    case .notFound(let path): "\(path) does not exist"
    case .notARegularFile(let path): "\(path) is not a regular file"
    case .notAFolder(let path): "\(path) is not a folder"
    case .notAPlainTree(let path): "\(path) is neither a regular file nor a folder"
    case .nameNotText(let folder): "\(folder) holds a file whose name is not UTF-8"
    case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
    case .tooManyFiles(let path, let limit): "\(path) holds more than \(limit) files"
    case .unreadable(let path, let reason): "\(path) can't be read: \(reason)"
    case .alreadyThere(let path): "\(path) already exists and is not empty"
    case .diskFull(let path): "no space left to write \(path)"
    case .unwritable(let path, let reason): "\(path) can't be written: \(reason)"
    }
  }

  package var remedy: String {
    switch self {
    case .pathInvalid: "give a plain path; parts of a folder must stay inside it"
    case .notFound: "check the path"
    case .notARegularFile: "give the path of a file"
    case .notAFolder: "give the path of a folder"
    case .notAPlainTree: "copy the files themselves into the folder, without links"
    case .nameNotText: "rename the file"
    case .tooLarge, .tooManyFiles: "check that this is the right path; the limit is fixed"
    case .unreadable, .unwritable: "check the permissions and the disk"
    case .alreadyThere: "choose a new folder, or say that it may be replaced"
    case .diskFull: "free some space; nothing was left half-written"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .diskFull, .unwritable: .unreachable
    default: .inputRefused
    }
  }

  static func reading(_ path: String, _ code: Int32 = errno) -> FileError {
    switch code {
    case ENOENT: .notFound(path)
    case ENOTDIR: .notAFolder(path)
    case ELOOP: .notAPlainTree(path)
    default: .unreadable(path, reason: systemText(code))
    }
  }

  static func writing(_ path: String, _ code: Int32 = errno) -> FileError {
    switch code {
    case ENOENT: .notFound(path)
    // A quota and a file size limit (SIGXFSZ is ignored) are the same to the person reading this.
    case ENOSPC, EDQUOT, EFBIG: .diskFull(path)
    case ENOTEMPTY, EEXIST: .alreadyThere(path)
    default: .unwritable(path, reason: systemText(code))
    }
  }
}

/// What the system calls an `errno`, in our lower case.
func systemText(_ code: Int32) -> String {
  guard let pointer = strerror(code) else { return "error \(code)" }
  let text = String(cString: pointer)
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// Refuses what C would cut off or resolve to something else.
func checkPath(_ path: String) throws(FileError) {
  guard !path.isEmpty, !path.utf8.contains(0) else { throw .pathInvalid(path) }
}
