/// What is told when a timer fires.
protocol TimerOwner: AnyObject {
  /// The deadline has passed. The timer is no longer armed.
  func timerFired(now: MonotonicTime)
}

/// One timer of a loop. It belongs to the loop's thread, and so does its owner.
final class LoopTimer {
  /// Whom it wakes. Weak, because the owner owns the timer.
  weak var owner: (any TimerOwner)?
  /// When it fires; `never` while it is not armed.
  fileprivate(set) var deadline = MonotonicTime.never
  fileprivate var position = -1

  /// Whether it is going to fire.
  var isArmed: Bool { position >= 0 }
}

/// Timers by deadline: a binary heap that knows each timer's place, so that a timer is moved or taken out
/// without a search. A connection arms its one timer a few times in its life, not for every read.
struct TimerHeap {
  private var timers: [LoopTimer] = []

  /// When the first timer fires.
  var earliest: MonotonicTime { timers.first?.deadline ?? .never }

  /// Whether no timer is armed.
  var isEmpty: Bool { timers.isEmpty }

  /// Arms a timer, or moves one that is armed.
  mutating func arm(_ timer: LoopTimer, at deadline: MonotonicTime) {
    timer.deadline = deadline
    if timer.position < 0 {
      timer.position = timers.count
      timers.append(timer)
    }
    settle(timer.position)
  }

  /// Disarms a timer; one that is not armed stays so.
  mutating func disarm(_ timer: LoopTimer) {
    let position = timer.position
    guard position >= 0 else { return }
    timer.position = -1
    timer.deadline = .never
    let last = timers.removeLast()
    guard last !== timer else { return }
    timers[position] = last
    last.position = position
    settle(position)
  }

  /// Takes out the first timer whose deadline has passed.
  mutating func popExpired(now: MonotonicTime) -> LoopTimer? {
    guard let first = timers.first, first.deadline <= now else { return nil }
    disarm(first)
    return first
  }

  /// Moves the timer at a position up or down until the heap is one again.
  private mutating func settle(_ start: Int) {
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      guard timers[position].deadline < timers[parent].deadline else { break }
      swap(position, parent)
      position = parent
    }
    while true {
      let left = 2 * position + 1
      guard left < timers.count else { return }
      let right = left + 1
      let child =
        right < timers.count && timers[right].deadline < timers[left].deadline ? right : left
      guard timers[child].deadline < timers[position].deadline else { return }
      swap(position, child)
      position = child
    }
  }

  private mutating func swap(_ first: Int, _ second: Int) {
    timers.swapAt(first, second)
    timers[first].position = first
    timers[second].position = second
  }
}
