internal import CSQLite
internal import Glibc

/// What a query may do, and for how long. SQLite keeps its address, so it has to live as long as the connection.
final class QueryGuard {
  /// The first thing that was asked for and refused.
  private(set) var refusal: String?
  private let longestStep: Int
  private var stepBegan: Int?

  init(longestStep seconds: Int) { longestStep = seconds }

  /// Has SQLite ask this object before it compiles anything, and now and then while it runs.
  func watch(_ handle: OpaquePointer) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { context, action, first, second, _, _ in
        guard let context else { return SQLITE_DENY }
        let guardian = Unmanaged<QueryGuard>.fromOpaque(context).takeUnretainedValue()
        return guardian.permits(action, first, second) ? SQLITE_OK : SQLITE_DENY
      }, context)
    // About a thousandth of a second between two looks at the clock.
    sqlite3_progress_handler(
      handle, 100_000,
      { context in
        guard let context else { return 1 }
        return Unmanaged<QueryGuard>.fromOpaque(context).takeUnretainedValue().isTooLate ? 1 : 0
      }, context)
  }

  /// The clock starts at the first look after this.
  func beginStep() { stepBegan = nil }

  /// Why a statement may not run by its text alone; nil where it may. The modifiers of `datetime` that convert by the
  /// time zone of the machine are arguments, which SQLite does not ask about.
  static func reasonAgainst(text: String) -> String? {
    let text = text.lowercased()
    let usesTimeZone = text.contains("localtime") || text.contains("'utc'")
    return usesTimeZone ? "its result would differ from machine to machine, for it uses their time zone" : nil
  }

  private var isTooLate: Bool {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    guard let stepBegan else {
      self.stepBegan = time.tv_sec
      return false
    }
    return time.tv_sec - stepBegan >= longestStep
  }

  private func permits(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?
  ) -> Bool {
    let reason: String?
    switch action {
    case SQLITE_SELECT, SQLITE_RECURSIVE: reason = nil
    case SQLITE_READ: reason = Self.reasonAgainst(table: first.map { String(cString: $0) } ?? "")
    case SQLITE_FUNCTION: reason = Self.reasonAgainst(function: second.map { String(cString: $0) } ?? "")
    default: reason = "it does more than read tables"
    }
    if refusal == nil { refusal = reason }
    return reason == nil
  }

  private static func reasonAgainst(table: String) -> String? {
    let name = table.lowercased()
    // The schema tables, and those that SQLite makes up to show its pragmas and pages.
    let isInternal = ["sqlite_", "pragma_"].contains { name.hasPrefix($0) } || name == "dbstat"
    return isInternal ? "it reads \(name), which is no table of the data" : nil
  }

  private static func reasonAgainst(function: String) -> String? {
    switch function.lowercased() {
    case "random", "randomblob": "its result would differ from run to run, for it uses \(function)"
    case "load_extension", "fts3_tokenizer", "sqlite_log": "it uses \(function)"
    default: nil
    }
  }
}
