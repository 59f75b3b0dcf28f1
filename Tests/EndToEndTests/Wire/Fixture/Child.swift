import Foundation
import Glibc

/// A process that a test started, alone in a process group of its own, with nothing open but what it is given.
final class Child {
  let pid: pid_t
  let log: String
  private var code: Int32?

  /// Starts a program whose output and errors go to files.
  ///
  /// - Parameters:
  ///   - input: a descriptor for its standard input; nil for none.
  ///   - output: a descriptor for its standard output; nil for the file `log`.
  init(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], log: String,
    input: Int32? = nil, output: Int32? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, output ?? 2, 1)
    try closeEverythingElse(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))

    let all = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let variables = all.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, path, &actions, &attributes, words, variables)
    guard result == 0 else { throw WireError("\(path): \(String(cString: strerror(result)))") }
    self.pid = pid
    self.log = log
  }

  /// The exit code, or 128 and the signal; nil while it runs.
  var ended: Int32? {
    if let code { return code }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
    code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    return code
  }

  /// Whether it was stopped by a signal.
  var isStopped: Bool {
    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    return stat.contains(") T ")
  }

  /// What it wrote so far.
  var text: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

  /// Waits for its end; ends it when that does not come.
  func wait(_ seconds: Double) throws -> Int32 {
    do {
      try eventually(within: seconds, "the end of \(pid)") { ended != nil }
    } catch {
      kill()
      throw error
    }
    return ended ?? -1
  }

  /// Asks it to end and waits for that.
  @discardableResult
  func end(_ seconds: Double = 10) throws -> Int32 {
    if let ended { return ended }
    Glibc.kill(pid, SIGTERM)
    return try wait(seconds)
  }

  /// Ends it at once, with everything it started.
  func kill() {
    guard ended == nil else { return }
    Glibc.kill(-pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    code = 128 + SIGKILL
  }
}

/// Keeps the pipes of tests that run beside this one out of a daemon, which would hold them open. Glibc's module
/// does not show the function.
private func closeEverythingElse(_ actions: inout posix_spawn_file_actions_t) throws {
  typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
  guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
    throw WireError("this C library cannot close descriptors when it starts a program")
  }
  guard unsafeBitCast(symbol, to: CloseFrom.self)(&actions, 3) == 0 else { throw WireError("no memory") }
}

/// What the tests of this folder throw.
struct WireError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Looks until something is so; throws when it is not in time.
func eventually(within seconds: Double = 15, _ what: String, _ check: () throws -> Bool) throws {
  let end = ContinuousClock.now + .seconds(seconds)
  var pause: UInt32 = 2000
  while try !check() {
    guard ContinuousClock.now < end else { throw WireError("gave up waiting for \(what)") }
    usleep(pause)
    pause = min(20_000, pause * 2)
  }
}
