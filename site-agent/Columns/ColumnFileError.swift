/// Why a column file could not be written or read. No case carries a cell.
package enum ColumnFileError: Error, Equatable {
  /// The system refused; a full disk among others.
  case cannotWrite(folder: String, reason: String)
  case diskFull(folder: String)
  case cannotRead(path: String, reason: String)
  /// The bytes are no column file of this version, or were changed.
  case damaged(path: String, what: String)
  /// The library of digests failed.
  case digests(String)
}

extension ColumnFileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotWrite(let folder, let reason): "the snapshot cannot be written in \(folder): \(reason)"
    case .diskFull(let folder): "the disk is full: the snapshot cannot be written in \(folder)"
    case .cannotRead(let path, let reason): "the snapshot \(path) cannot be read: \(reason)"
    case .damaged(let path, let what): "the snapshot \(path) is damaged: \(what)"
    case .digests(let reason): "the snapshot's digests cannot be made: \(reason)"
    }
  }

  /// What whoever sees it can do.
  package var remedy: String {
    switch self {
    case .cannotWrite: "make the folder writable for the agent's user"
    case .diskFull: "make room there; nothing was left behind, so try again afterwards"
    case .cannotRead, .damaged: "restore the file from a backup, or register the dataset again"
    case .digests: "check the installation of OpenSSL 3"
    }
  }
}
