internal import CSQLite
internal import Glibc

/// One thread for work that blocks: an actor that returns it as its `unownedExecutor` runs only there.
///
/// The actor keeps it in a stored property. The thread ends when the last job has run and nobody holds it.
package final class StorageThread: SerialExecutor {
  private let mailbox = Mailbox()

  /// Starts the thread; `name` shows in the tools of the system, of which Linux keeps 15 bytes.
  package init(name: String) {
    let start = Unmanaged.passRetained(Start(mailbox: mailbox, name: name))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { runThread($0) }, start.toOpaque())
    precondition(code == 0, "no thread for storage")
    pthread_detach(thread)
  }

  // The last reference may go on the thread itself, at the end of a job: it must not wait for its own end.
  deinit { mailbox.close() }

  package func enqueue(_ job: consuming ExecutorJob) {
    mailbox.put(Mailbox.Letter(job: UnownedJob(job), executor: self))
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// What a new thread gets.
private final class Start {
  let mailbox: Mailbox
  let name: String

  init(mailbox: Mailbox, name: String) {
    self.mailbox = mailbox
    self.name = name
  }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
  pthread_setname_np(pthread_self(), String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
  while let letter = start.mailbox.take() {
    letter.job.runSynchronously(on: letter.executor.asUnownedSerialExecutor())
  }
  return nil
}

/// The jobs that wait, in their order.
// Sendable because `letters` and `isClosed` are touched only between lock and unlock of `mutex`, and the
// pointers never change.
private final class Mailbox: @unchecked Sendable {
  struct Letter {
    let job: UnownedJob
    /// Kept until the job has run, since a job does not keep its executor.
    let executor: StorageThread
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var letters: [Letter] = []
  private var isClosed = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(arrival, nil)
  }

  deinit {
    pthread_cond_destroy(arrival)
    pthread_mutex_destroy(mutex)
    arrival.deallocate()
    mutex.deallocate()
  }

  func put(_ letter: Letter) {
    pthread_mutex_lock(mutex)
    letters.append(letter)
    pthread_mutex_unlock(mutex)
    pthread_cond_signal(arrival)
  }

  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_mutex_unlock(mutex)
    pthread_cond_signal(arrival)
  }

  /// The next job, waiting for one; nil when there is none and none can come.
  func take() -> Letter? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while letters.isEmpty {
      if isClosed { return nil }
      pthread_cond_wait(arrival, mutex)
    }
    return letters.removeFirst()
  }
}
