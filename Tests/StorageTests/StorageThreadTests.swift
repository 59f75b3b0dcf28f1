import Glibc
import Storage
import TestSupport
import Testing

@Suite struct StorageThreadTests {
  private actor Store {
    private let thread: StorageThread
    private let database: Database
    private var threads: Set<UInt> = []
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ path: String, thread: StorageThread) throws {
      self.thread = thread
      database = try openStore(path)
    }

    func insert(_ id: Int64) throws {
      threads.insert(pthread_self())
      try database.run("INSERT INTO item (id) VALUES (?)", [.integer(id)])
    }

    func result() throws -> (ids: [Int64], threads: Set<UInt>) { (try itemIDs(database), threads) }
  }

  @Test func anActorRunsOnItsThreadOnly() async throws {
    let folder = "/tmp/equipoise-thread-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    mkdir(folder, 0o700)
    defer { _ = try? OtherProgram.run("rm", ["-r", folder]) }
    let store = try Store(folder + "/store", thread: StorageThread(name: "storage-test"))
    try await withThrowingTaskGroup { group in
      for id in 1...50 { group.addTask { try await store.insert(Int64(id)) } }
      try await group.waitForAll()
    }
    let (ids, threads) = try await store.result()
    #expect(ids == Array(1...50))
    #expect(threads.count == 1)
  }

  @Test func aThreadThatNobodyHoldsEnds() async throws {
    // The last reference to each goes at the end of a job, on the thread itself.
    for _ in 0..<100 { await Probe(StorageThread(name: "gone")).touch() }
    var left = 100
    for _ in 0..<200 where left > 0 {
      left = try threadNames().count { $0 == "gone" }
      if left > 0 { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(left == 0)
  }

  private actor Probe {
    private let thread: StorageThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    init(_ thread: StorageThread) { self.thread = thread }
    func touch() {}
  }

  private func threadNames() throws -> [String] {
    try folderNames("/proc/self/task").compactMap { task in
      // A thread may end between the listing and the look.
      guard let bytes = try? fileBytes("/proc/self/task/\(task)/comm") else { return nil }
      return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
  }
}
