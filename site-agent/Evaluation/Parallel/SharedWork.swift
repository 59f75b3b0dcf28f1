import Dispatch
import Glibc
import Synchronization

/// Numbered pieces of work on all cores: whoever is free takes the next one.
///
/// The caller is one of those who work, once it has done what else it has to do. It may stand on a thread of the pool
/// itself, as everything behind `async` does: if it only waited, that thread would be missing among as many as there
/// are cores.
final class SharedWork: Sendable {
  private let count: Int
  private let piece: @Sendable (Int) -> Void
  private let next = Atomic(0)
  private let done = Atomic(0)
  private let end = DispatchSemaphore(value: 0)

  /// How many may work at once.
  static let cores = max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)

  /// Begins on all cores but the caller's.
  init(_ count: Int, _ piece: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.piece = piece
    for _ in 0..<min(Self.cores - 1, count) { DispatchQueue.global().async { self.help() } }
  }

  /// Works until nothing is left, and waits for the pieces that others are at. May be called again.
  func finish() {
    help()
    guard count > 0 else { return }
    end.wait()
    end.signal()
  }

  private func help() {
    while true {
      let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard number < count else { return }
      piece(number)
      // The last piece: what all have made is there for whoever waits.
      if done.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count { end.signal() }
    }
  }
}
