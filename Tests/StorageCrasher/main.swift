import Glibc
import Storage

// Used by the tests of Storage, which kill it: it stores numbers and says which ones it was told are stored.
//
//     StorageCrasher PATH wal|rollback FIRST COUNT [blob bytes]
//
// Each number goes in two rows of one transaction. A line "stored N" follows its commit; an error is a line too,
// and a second attempt after it.

let schema = Schema(
  owner: "crasher",
  steps: ["CREATE TABLE pair (number INTEGER NOT NULL, half INTEGER NOT NULL, body BLOB NOT NULL) STRICT"])

func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

func store(_ number: Int64, _ bytes: Int, in database: Database) throws {
  try database.transaction {
    for half in [Int64(0), 1] {
      try database.run(
        "INSERT INTO pair (number, half, body) VALUES (?, ?, ?)",
        [.integer(number), .integer(half), .blob(Array(repeating: UInt8(half), count: bytes))])
    }
  }
}

func crash(_ arguments: [String]) {
  guard arguments.count >= 5, let first = Int64(arguments[3]), let count = Int64(arguments[4]) else {
    exit(2)
  }
  let bytes = arguments.count > 5 ? Int(arguments[5]) ?? 0 : 3000
  do {
    let database = try Database(
      opening: arguments[1], journal: arguments[2] == "wal" ? .writeAhead : .rollback, schemas: [schema],
      createIfMissing: true)
    for number in first..<first + count {
      do {
        try store(number, bytes, in: database)
        say("stored \(number)")
      } catch let error as StorageError {
        say(error == .full ? "full" : "failed \(error)")
        do {
          try store(number, 1, in: database)
          say("stored \(number)")
        } catch { say("again \(error)") }
        exit(1)
      }
    }
  } catch { say("not opened: \(error)") }
}

crash(CommandLine.arguments)
