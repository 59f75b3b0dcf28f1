internal import CSQLite
internal import Glibc

/// Why a store did not do what it was asked. No case carries a stored value.
package enum StorageError: Error, Equatable {
  /// The disk or the quota is full. The transaction was rolled back; the database stays usable.
  case full
  /// Another connection held the database for longer than the busy timeout.
  case busy
  /// The file's content contradicts itself.
  case corrupt(path: String, detail: String)
  /// The file is not an SQLite database.
  case notADatabase(path: String)
  /// The file is an SQLite database of another program.
  case foreign(path: String)
  /// The tables of an owner were written by a newer version of this program.
  case newerSchema(owner: String, found: Int, known: Int)
  /// The file was asked to exist and does not, or was never initialised.
  case missing(String)
  /// A constraint of the schema refused the change; the text names the constraint.
  case constraint(String)
  /// A value read from the database is not of the type the reader asked for.
  case unexpectedValue(column: String, expected: String, found: String)
  /// SQLite refused a statement; the text is its message.
  case refused(String)
  /// A read, a write or a sync failed. The database takes no more calls.
  case io(path: String, detail: String)
  /// The file or its folder cannot be opened.
  case cannotOpen(path: String, reason: String)
  /// The file cannot be written by this user.
  case readOnly(String)
  /// Another process holds the lock file.
  case inUse(String)
  /// The folder is on a file system whose locks SQLite cannot trust.
  case networkFileSystem(path: String, kind: String)
  /// The target of a backup is already there.
  case exists(String)
  /// Memory ran out.
  case outOfMemory

  /// Whether space must be freed before a retry can succeed.
  package var isOutOfSpace: Bool { self == .full }

  /// Whether a connection that met this error must not be used again. After a failed sync the kernel may have
  /// dropped the dirty pages, so that a second sync succeeds and says nothing about them.
  var endsTheConnection: Bool {
    switch self {
    case .io, .corrupt, .notADatabase: true
    default: false
    }
  }
}

extension StorageError {
  /// The error behind an extended result code of SQLite.
  init(code: Int32, systemError: Int32, message: String, path: String) {
    let outOfSpace = [ENOSPC, EDQUOT, EFBIG].contains(systemError)
    switch code & 0xff {
    case SQLITE_FULL: self = .full
    case SQLITE_IOERR:
      // SQLite says FULL for ENOSPC in a write, and an I/O error for a quota and for its shared memory, where the
      // system's number is all we have and is sometimes lost. A failed sync is never counted as lack of space:
      // what it lost is unknown.
      if outOfSpace, [CSQLite_IOERR_WRITE, CSQLite_IOERR_SHMSIZE].contains(code) {
        self = .full
      } else if code == CSQLite_IOERR_NOMEM {
        self = .outOfMemory
      } else {
        self = .io(
          path: path,
          detail:
            systemError == 0
            ? "sqlite code \(code)" : "sqlite code \(code), \(describe(systemError: systemError))")
      }
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_CORRUPT: self = .corrupt(path: path, detail: message)
    case SQLITE_NOTADB: self = .notADatabase(path: path)
    case SQLITE_CONSTRAINT: self = .constraint(message)
    case SQLITE_CANTOPEN:
      self = outOfSpace ? .full : .cannotOpen(path: path, reason: describe(systemError: systemError))
    case SQLITE_READONLY:
      self =
        code == CSQLite_READONLY_DBMOVED
        ? .io(path: path, detail: "the file was moved or removed while it was open") : .readOnly(path)
    case SQLITE_NOMEM: self = .outOfMemory
    default: self = .refused(message)
    }
  }
}

extension StorageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .full: "the disk is full"
    case .busy: "the database is busy"
    case .corrupt(let path, let detail): "database \(path) is corrupt: \(detail)"
    case .notADatabase(let path): "\(path) is not a database"
    case .foreign(let path): "\(path) is a database of another program"
    case .newerSchema(let owner, let found, let known):
      "tables of \(owner) have version \(found), this program knows up to \(known)"
    case .missing(let path): "database \(path) does not exist or was never initialised"
    case .constraint(let message): message
    case .unexpectedValue(let column, let expected, let found):
      "column \(column) holds \(found) where \(expected) is expected"
    case .refused(let message): "statement refused: \(message)"
    case .io(let path, let detail): "input or output of \(path) failed: \(detail)"
    case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
    case .readOnly(let path): "\(path) is not writable"
    case .inUse(let path): "another process holds \(path)"
    case .networkFileSystem(let path, let kind): "\(path) is on a network file system (\(kind))"
    case .exists(let path): "\(path) already exists"
    case .outOfMemory: "out of memory"
    }
  }

  /// What an operator can do about it.
  package var remedy: String {
    switch self {
    case .full: "free space on the volume and try again"
    case .busy: "wait until the other command has ended and try again"
    case .corrupt: "stop, keep the file as it is, and restore a backup to another path"
    case .notADatabase, .foreign: "check the configured path; nothing was written to the file"
    case .newerSchema: "run the newer version of this program; nothing was written to the file"
    case .missing: "check the configured path, or initialise a new store explicitly"
    case .constraint, .unexpectedValue, .refused: "report this as a defect with the log line"
    case .io: "check the disk, then restart the program so that it reads what is really stored"
    case .cannotOpen, .readOnly: "check that the folder exists and that this user may write in it"
    case .inUse: "stop the other process first; one at a time may use the store"
    case .networkFileSystem: "move the store to a local disk"
    case .exists: "choose a path that is not taken"
    case .outOfMemory: "give the process more memory"
    }
  }
}

/// The system's text for an error number.
func describe(systemError number: Int32) -> String {
  guard number != 0, let text = strerror(number) else { return "no system error" }
  return String(cString: text)
}
