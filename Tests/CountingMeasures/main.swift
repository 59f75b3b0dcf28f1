import CountingKernel
import Dispatch
import Foundation
import Synchronization

/// Counts the rows in a folder several times, and prints the seconds of each as JSON.
///
///     CountingMeasures FOLDER LEVELS EDGES THREADS REPEATS RESULTS
///
/// FOLDER has `scores` (binary32), `labels` and `codes0`, `codes1`, … (bytes); LEVELS is the cardinality of the
/// codes and EDGES a JSON list. RESULTS gets, column by column, the rows and the two sums as 64-bit integers.

func main() throws {
  let arguments = CommandLine.arguments
  guard arguments.count == 7, let levels = Int(arguments[2]), let threads = Int(arguments[4]),
    let repeats = Int(arguments[5]),
    let edges = try JSONSerialization.jsonObject(with: Data(arguments[3].utf8)) as? [Double]
  else {
    print("usage: CountingMeasures FOLDER LEVELS EDGES THREADS REPEATS RESULTS")
    exit(2)
  }
  let folder = URL(fileURLWithPath: arguments[1])
  let scores = try Data(contentsOf: folder.appendingPathComponent("scores"))
    .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  let labels = Array(try Data(contentsOf: folder.appendingPathComponent("labels")))
  var codes: [[UInt8]] = []
  while let column = try? Data(contentsOf: folder.appendingPathComponent("codes\(codes.count)")) {
    codes.append(Array(column))
  }
  let intervals = try ScoreIntervals(edges: edges)

  let checking = Moment()
  let rows = try CountingRows(
    scores: scores, classes: CodeColumn(labels, cardinality: 2),
    columns: codes.map { try CodeColumn($0, cardinality: levels) })
  let checked = checking.elapsed

  var wall: [Double] = []
  var processor: [Double] = []
  var tables: [MomentTable] = []
  for _ in 0..<repeats {
    let start = Moment()
    tables = try count(rows, intervals, threads: threads)
    wall.append(start.elapsed.wall)
    processor.append(start.elapsed.processor)
  }
  var results = Data()
  for table in tables {
    table.rows.withUnsafeBytes { results.append(contentsOf: $0) }
    table.lower.withUnsafeBytes { results.append(contentsOf: $0) }
    table.higher.withUnsafeBytes { results.append(contentsOf: $0) }
  }
  try results.write(to: URL(fileURLWithPath: arguments[6]))
  let printed = try JSONSerialization.data(
    withJSONObject: ["wall": wall, "processor": processor, "checking": checked.processor])
  print(String(decoding: printed, as: UTF8.self))
}

/// Divides the rows among threads and adds their tables.
func count(_ rows: CountingRows, _ intervals: ScoreIntervals, threads: Int) throws -> [MomentTable] {
  if threads == 1 { return try rows.count(0..<rows.count, powers: .firstAndSecond, by: intervals) }
  let parts = Mutex([[MomentTable]]())
  DispatchQueue.concurrentPerform(iterations: threads) { part in
    let range = rows.count * part / threads..<rows.count * (part + 1) / threads
    if let tables = try? rows.count(range, powers: .firstAndSecond, by: intervals) {
      parts.withLock { $0.append(tables) }
    }
  }
  let found = parts.withLock { $0 }
  guard var total = found.first, found.count == threads else { throw CountingError.lengthsDiffer }
  for part in found.dropFirst() {
    for column in total.indices { try total[column].add(part[column]) }
  }
  return total
}

struct Moment {
  private let wall = DispatchTime.now().uptimeNanoseconds
  private let processor = clock()

  var elapsed: (wall: Double, processor: Double) {
    (
      Double(DispatchTime.now().uptimeNanoseconds - wall) / 1e9,
      Double(clock() - processor) / Double(CLOCKS_PER_SEC)
    )
  }
}

try main()
