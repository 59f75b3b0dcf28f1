internal import CEpoll
internal import Glibc
internal import Synchronization

/// One thread that waits for sockets and timers and runs the tasks that prefer it.
///
/// Everything that belongs to a connection is touched on this thread only. Other threads hand over closures
/// and jobs through a mailbox and wake the loop with an eventfd.
package final class EventLoop: TaskExecutor, Sendable {
  private enum Item: Sendable {
    case job(UnownedJob)
    case call(@Sendable () -> Void)
  }

  private struct Mailbox {
    var items: [Item] = []
    var isStopping = false
    var hasEnded = false
  }

  /// The items that the loop's own thread added in this turn: no lock, no waking.
  private final class LocalQueue {
    var items: [Item] = []
  }

  private let name: String
  private let mailbox = Mutex(Mailbox())
  private let thread = Atomic<UInt>(0)
  private let wakeUp: Int32
  // Used in `run` and behind the check of `whenOnLoop` only, which is the loop's thread both times.
  private nonisolated(unsafe) let core: LoopCore
  // Used in `run` and behind `isCurrent` only.
  private nonisolated(unsafe) let local = LocalQueue()

  /// Makes a loop that does nothing until `start` or `run`.
  ///
  /// - Parameter name: the thread's name, at most 15 characters.
  /// - Throws: `TransportError.system` when the process has no descriptor left.
  package init(name: String) throws {
    self.name = name
    core = try LoopCore()
    wakeUp = eventfd(0, CEpoll_eventfd_flags())
    guard wakeUp >= 0 else { throw TransportError.system(operation: "eventfd", code: errno) }
    // A peer that goes while we write is an error of that write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    _ = try core.add(WakeUp(descriptor: wakeUp), descriptor: wakeUp, events: LoopCore.readable)
  }

  deinit { if wakeUp >= 0 { close(wakeUp) } }

  // MARK: Life

  /// Starts a thread that runs the loop until `stop`.
  ///
  /// - Throws: `TransportError.system` when no thread can be made.
  package func start() throws {
    let me = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, me.toOpaque())
    guard code == 0 else {
      me.release()
      throw TransportError.system(operation: "pthread_create", code: code)
    }
    pthread_detach(thread)
  }

  /// Runs the loop on this thread until `stop`.
  package func run() {
    pthread_setname_np(pthread_self(), name)
    thread.store(UInt(pthread_self()), ordering: .releasing)
    while turn() {}
    core.end()
    // What the sources left behind, such as cancelled tasks on their way out.
    var rounds = 0
    while rounds < 1000 && drainLocal() { rounds += 1 }
    let rest = mailbox.withLock { mailbox in
      mailbox.hasEnded = true
      defer { mailbox.items = [] }
      return mailbox.items
    }
    thread.store(0, ordering: .releasing)
    for item in local.items + rest { runElsewhere(item) }
    local.items = []
  }

  /// Ends the loop after the turn it is in: its connections close, and tasks that prefer it go on elsewhere.
  package func stop() {
    mailbox.withLock { $0.isStopping = true }
    wake()
  }

  /// Whether this is the loop's thread.
  var isCurrent: Bool { thread.load(ordering: .acquiring) == UInt(pthread_self()) }

  /// One turn; false when the loop is to end.
  private func turn() -> Bool {
    core.poll(mayWait: local.items.isEmpty)
    let isStopping = mailbox.withLock { mailbox in
      if local.items.isEmpty {
        swap(&local.items, &mailbox.items)
      } else {
        local.items.append(contentsOf: mailbox.items)
        mailbox.items.removeAll(keepingCapacity: true)
      }
      return mailbox.isStopping
    }
    // A job makes the next one runnable; a few rounds keep a request and its answer in one turn.
    var rounds = 0
    while rounds < 8 && drainLocal() { rounds += 1 }
    core.endTurn()
    return !isStopping
  }

  /// Runs what was queued when it was called; false when there was nothing.
  private func drainLocal() -> Bool {
    guard !local.items.isEmpty else { return false }
    var items: [Item] = []
    swap(&items, &local.items)
    for item in items {
      switch item {
      case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
      case .call(let call): call()
      }
    }
    if local.items.isEmpty {
      // The storage is used again.
      items.removeAll(keepingCapacity: true)
      swap(&items, &local.items)
    }
    return true
  }

  // MARK: Work

  /// Runs a job of a task that prefers this loop.
  package func enqueue(_ job: consuming ExecutorJob) { put(.job(UnownedJob(job))) }

  /// Runs `call` on the loop's thread, in the order of the calls; after the loop has ended, anywhere.
  func post(_ call: @escaping @Sendable () -> Void) { put(.call(call)) }

  /// Runs `call` at once when this is the loop's thread, else as `post`.
  func run(_ call: @escaping @Sendable () -> Void) {
    if isCurrent { call() } else { post(call) }
  }

  /// Lends the loop's core to a call on the loop's thread; nil anywhere else.
  @discardableResult
  func whenOnLoop<Result>(_ body: (LoopCore) -> Result) -> Result? {
    guard isCurrent else { return nil }
    return body(core)
  }

  /// The core, for objects that are made on another thread and then used on the loop's only.
  var coreForOwners: LoopCore { core }

  private func put(_ item: Item) {
    if isCurrent {
      local.items.append(item)
      return
    }
    enum Next { case nothing, wake, elsewhere }
    let next: Next = mailbox.withLock { mailbox in
      guard !mailbox.hasEnded else { return .elsewhere }
      mailbox.items.append(item)
      return mailbox.items.count == 1 ? .wake : .nothing
    }
    switch next {
    case .nothing: break
    case .wake: wake()
    case .elsewhere: runElsewhere(item)
    }
  }

  /// A task must come to its end even when the loop has.
  private func runElsewhere(_ item: Item) {
    switch item {
    case .job(let job): globalConcurrentExecutor.enqueue(job)
    case .call(let call): call()
    }
  }

  private func wake() {
    var one: UInt64 = 1
    // It can fail only when the counter is full, and then the loop is awake.
    _ = write(wakeUp, &one, 8)
  }
}

/// Reads the eventfd empty; that the loop turned is all it was for.
private final class WakeUp: EventSource {
  private let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  func ready(_ events: UInt32) {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
  }

  func loopEnds() {}
}
