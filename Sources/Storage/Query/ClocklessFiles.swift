internal import CSQLite
internal import Glibc

/// SQLite's own way to files, without a clock: `date('now')` is NULL, so that a query says the same every day.
///
/// The manual on `sqlite3_vfs`: a new one may be made from a copy of an existing one under another name.
enum ClocklessFiles {
  /// The name under which it is registered; nil where SQLite would not have it.
  static let name: String? = register()

  private static func register() -> String? {
    let name = "equipoise-clockless"
    guard let original = sqlite3_vfs_find(nil) else { return nil }
    // Registered for as long as the process runs, like its name.
    let files = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    files.initialize(to: original.pointee)
    files.pointee.pNext = nil
    files.pointee.zName = UnsafePointer(strdup(name))
    files.pointee.xCurrentTime = { _, time in
      time?.pointee = 0
      return SQLITE_ERROR
    }
    files.pointee.xCurrentTimeInt64 = { _, time in
      time?.pointee = 0
      return SQLITE_ERROR
    }
    return sqlite3_vfs_register(files, 0) == SQLITE_OK ? name : nil
  }
}
