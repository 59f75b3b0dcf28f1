internal import CEpoll
internal import Glibc

/// Something with a descriptor that a loop watches.
protocol EventSource: AnyObject {
  /// The descriptor is ready; `events` are epoll's.
  func ready(_ events: UInt32)
  /// The loop ends, and nothing more will be heard from it.
  func loopEnds()
}

/// Something with work that is best done once, after everything else of a turn.
protocol TurnListener: AnyObject {
  /// The turn is over.
  func turnEnded()
}

/// The part of a loop that lives on its thread: descriptors, timers and the jobs of this turn.
///
/// Not Sendable on purpose. Whatever else belongs to the loop reaches it only from the loop's thread.
final class LoopCore {
  /// Names a source for as long as it is watched; a number is never used twice.
  struct Token: Hashable {
    fileprivate let slot: UInt32
    fileprivate let generation: UInt32
    fileprivate var raw: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
  }

  private struct Slot {
    var source: (any EventSource)?
    var generation: UInt32 = 1
  }

  /// Events that a read wants, and that a write wants.
  static let readable = EPOLLIN.rawValue
  static let writable = EPOLLOUT.rawValue

  private let poller: Int32
  private var slots: [Slot] = []
  private var freeSlots: [UInt32] = []
  private var events = [epoll_event](repeating: epoll_event(), count: 256)
  private var listeners: [any TurnListener] = []
  private var timers = TimerHeap()
  /// The time at which this turn began.
  private(set) var now = MonotonicTime.now()

  init() throws(TransportError) {
    poller = epoll_create1(CEpoll_create_flags())
    guard poller >= 0 else { throw .system(operation: "epoll_create1", code: errno) }
  }

  deinit { close(poller) }

  // MARK: Descriptors

  /// Watches a descriptor.
  func add(_ source: any EventSource, descriptor: Int32, events: UInt32) throws(TransportError) -> Token {
    if freeSlots.isEmpty {
      freeSlots.append(UInt32(slots.count))
      slots.append(Slot())
    }
    let slot = freeSlots[freeSlots.count - 1]
    let token = Token(slot: slot, generation: slots[Int(slot)].generation)
    guard control(EPOLL_CTL_ADD, descriptor, events, token) else {
      throw .system(operation: "epoll_ctl", code: errno)
    }
    freeSlots.removeLast()
    slots[Int(slot)].source = source
    return token
  }

  /// Changes which events a source hears of.
  func modify(_ token: Token, descriptor: Int32, events: UInt32) {
    _ = control(EPOLL_CTL_MOD, descriptor, events, token)
  }

  /// Stops watching. An event of this turn that is still to be delivered finds another generation.
  func remove(_ token: Token, descriptor: Int32) {
    guard slots[Int(token.slot)].generation == token.generation else { return }
    _ = control(EPOLL_CTL_DEL, descriptor, 0, token)
    slots[Int(token.slot)].source = nil
    // A slot whose numbers are used up is never handed out again.
    guard slots[Int(token.slot)].generation < .max else { return }
    slots[Int(token.slot)].generation += 1
    freeSlots.append(token.slot)
  }

  private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ token: Token) -> Bool {
    var event = epoll_event()
    event.events = events
    event.data.u64 = token.raw
    return epoll_ctl(poller, operation, descriptor, &event) == 0
  }

  // MARK: Timers and the end of the turn

  /// Arms a timer, or moves one that is armed.
  func arm(_ timer: LoopTimer, at deadline: MonotonicTime) { timers.arm(timer, at: deadline) }

  /// Disarms a timer.
  func disarm(_ timer: LoopTimer) { timers.disarm(timer) }

  /// Tells `listener` once, when everything else of this turn is done.
  func atEndOfTurn(_ listener: any TurnListener) { listeners.append(listener) }

  // MARK: The turn

  /// Waits for something to happen, at most until the first timer, and delivers it.
  func poll(mayWait: Bool) {
    var timeout: Int32 = 0
    if mayWait && listeners.isEmpty {
      let earliest = timers.earliest
      if earliest == .never {
        timeout = -1
      } else {
        let current = MonotonicTime.now()
        let rest = earliest > current ? earliest.nanoseconds - current.nanoseconds : 0
        // Rounded up, or the loop would turn without result until the millisecond is over.
        timeout = Int32(min(rest / 1_000_000 + (rest % 1_000_000 > 0 ? 1 : 0), 3_600_000))
      }
    }
    let count = epoll_wait(poller, &events, Int32(events.count), timeout)
    now = MonotonicTime.now()
    // "EINTR" has nothing to deliver; no other error is possible on a descriptor of our own.
    for index in 0..<max(0, Int(count)) {
      let raw = events[index].data.u64
      let slot = Int(raw & 0xFFFF_FFFF)
      guard slot < slots.count, slots[slot].generation == UInt32(raw >> 32) else { continue }
      slots[slot].source?.ready(events[index].events)
    }
    while let timer = timers.popExpired(now: now) { timer.owner?.timerFired(now: now) }
  }

  /// Tells everyone who asked for the end of the turn.
  func endTurn() {
    guard !listeners.isEmpty else { return }
    let told = listeners
    listeners.removeAll(keepingCapacity: true)
    for listener in told { listener.turnEnded() }
  }

  /// Tells every source that the loop ends, and ends every wait.
  func end() {
    for slot in slots { slot.source?.loopEnds() }
    while let timer = timers.popExpired(now: .never) { timer.owner?.timerFired(now: now) }
  }
}
