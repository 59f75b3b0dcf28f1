#if DEBUG
  import Glibc
  internal import Synchronization

  /// The place where a debug build is to die, of `EQUIPOISE_FAULT`.
  private struct PlannedFault: Sendable {
    let name: String
    let reach: Int
    let signal: Int32

    /// `name`, `name:N` or `name:N:stop`.
    init?(_ text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard let first = parts.first, !first.isEmpty, parts.count <= 3 else { return nil }
      name = String(first)
      guard let reach = parts.count > 1 ? Int(parts[1]) : 1, reach > 0 else { return nil }
      self.reach = reach
      guard parts.count < 3 || parts[2] == "stop" else { return nil }
      signal = parts.count == 3 ? SIGSTOP : SIGKILL
    }

    static let current = getenv("EQUIPOISE_FAULT").flatMap { PlannedFault(String(cString: $0)) }
    static let reached = Atomic<Int>(0)
  }
#endif

/// A place where a test may end the process as a power cut would.
///
/// In a debug build, `EQUIPOISE_FAULT=name:N` kills the process with SIGKILL when the place `name` is reached
/// for the N-th time (`name` alone: the first), and `name:N:stop` stops it there with SIGSTOP. In a release build
/// this is nothing at all.
@inline(__always)
package func faultPoint(_ name: StaticString) {
  #if DEBUG
    guard let fault = PlannedFault.current, fault.name == "\(name)" else { return }
    let reached = PlannedFault.reached.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    if reached == fault.reach { kill(getpid(), fault.signal) }
  #endif
}
