import Foundation
import Storage
import TestSupport
import Testing

/// A process is killed, or its disk fails, at each of its writes in turn. This shows that what was acknowledged
/// is there and that no transaction is there by half; not that a power cut would leave it, since the kernel
/// keeps what a killed process wrote. That the syncs come before the acknowledgement is shown by failing them.
@Suite(.enabled(if: Crasher.isAvailable), .serialized) struct CrashTests {
  @Test(arguments: ["wal", "rollback"], ["pwrite64", "fdatasync", "unlink", "ftruncate"])
  func whatWasAcknowledgedSurvivesAKillAtAnyWrite(journal: String, call: String) throws {
    var kills = 0
    // Ends at the first run in which the call did not come so often. Every third of the many writes is enough.
    for position in stride(from: 1, to: 1000, by: call == "pwrite64" ? 3 : 1) {
      let wasKilled = try withTemporaryDirectory { folder in
        let run = try Crasher.run(folder + "/store", journal, from: 1, "\(call):signal=KILL:when=\(position)")
        guard run.status != 0 else { return false }
        try check(folder + "/store", journal, acknowledged: run.stored)
        // Life goes on with the same file.
        let next = try Crasher.run(folder + "/store", journal, from: 10, nil)
        #expect(next.stored == [10, 11], "\(call) \(position)")
        try check(folder + "/store", journal, acknowledged: run.stored + next.stored)
        return true
      }
      guard wasKilled else { break }
      kills += 1
    }
    // A rollback journal is removed, never cut.
    #expect(kills > 0 || call == "ftruncate")
  }

  // The second sync is that of the folder, whose failure SQLite ignores.
  @Test(arguments: ["wal", "rollback"], [1, 3])
  func afterAFailedSyncNothingIsTriedAgain(journal: String, position: Int) throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      try #require(try Crasher.run(path, journal, from: 1, nil).stored == [1, 2])
      let run = try Crasher.run(path, journal, from: 10, "fdatasync:error=EIO:when=\(position)")
      try #require(run.status == 1)
      // The first line is the error of the sync, the second that of the next call: the same one, although the
      // next sync would have gone well.
      let lines = run.lines.filter { !$0.hasPrefix("stored") }
      // 1034 is SQLITE_IOERR_FSYNC.
      try #require(lines.count == 2 && lines[0].contains("failed: sqlite code 1034"), "\(lines)")
      #expect(lines[1] == lines[0].replacing("failed", with: "again", maxReplacements: 1))
      try check(path, journal, acknowledged: [1, 2] + run.stored)
    }
  }

  // The first eight writes of a WAL file's second life make its shared memory, while it is opened.
  @Test(arguments: [("wal", [9, 10, 12]), ("rollback", [1, 4, 8])])
  func aFullDiskIsNotTheEnd(journal: String, positions: [Int]) throws {
    for position in positions {
      try withTemporaryDirectory { (folder) throws -> Void in
        let path = folder + "/store"
        try #require(try Crasher.run(path, journal, from: 1, nil).stored == [1, 2])
        let run = try Crasher.run(path, journal, from: 10, "pwrite64:error=ENOSPC:when=\(position)")
        #expect(run.lines.contains("full"), "\(position): \(run.lines)")
        #expect(run.lines.last == "stored \(run.stored.last ?? 0)", "\(position): \(run.lines)")
        try check(path, journal, acknowledged: [1, 2] + run.stored)
      }
    }
  }

  /// All that was acknowledged is there, at most the transaction after it as well, and each one whole.
  private func check(_ path: String, _ journal: String, acknowledged: [Int64]) throws {
    let database: Database
    do throws(StorageError) {
      database = try Database(
        opening: path, journal: journal == "wal" ? .writeAhead : .rollback, schemas: [],
        createIfMissing: false)
    } catch {
      // Killed before the file was initialised.
      guard case .missing = error else { throw error }
      #expect(acknowledged.isEmpty)
      return
    }
    try database.integrityCheck()
    let pairs = try database.rows("SELECT number, count(*) FROM pair GROUP BY number ORDER BY number") {
      row in
      (number: try row.integer(0), halves: try row.integer(1))
    }
    #expect(pairs.allSatisfy { $0.halves == 2 })
    #expect(Set(pairs.map(\.number)).isSuperset(of: acknowledged))
    #expect(pairs.count <= acknowledged.count + 1)
  }
}

/// The program that is killed, under `strace`, which kills it or makes a system call fail.
private enum Crasher {
  struct Run {
    let status: Int32
    let lines: [String]
    var stored: [Int64] { lines.compactMap { $0.hasPrefix("stored ") ? Int64($0.dropFirst(7)) : nil } }
  }

  static let program: String? = {
    // Built next to the tests, by whatever configuration they were.
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let path = tests.deletingLastPathComponent().path + "/StorageCrasher"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// Containers may forbid tracing.
  static let isAvailable =
    program != nil && OtherProgram.path("strace") != nil
    && (try? OtherProgram.run("strace", ["-o", "/dev/null", "true"]).status) == 0

  /// Stores two numbers from `first` on, with a fault as `strace` writes it.
  static func run(_ path: String, _ journal: String, from first: Int, _ fault: String?) throws -> Run {
    let arguments = [try #require(program), path, journal, "\(first)", "2"]
    let tracer = fault.map {
      ["strace", "-f", "-o", "/dev/null", "-e", "trace=" + $0.prefix { $0 != ":" }, "-e", "inject=" + $0]
    }
    let result = try OtherProgram.run("env", (tracer ?? []) + arguments)
    return Run(status: result.status, lines: result.output.split(separator: "\n").map(String.init))
  }
}
