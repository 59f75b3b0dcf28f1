import TestSupport
import Testing

@testable import SiteEvaluation

/// Makes a database with the sqlite3 program, for as long as `body` runs.
@discardableResult
func withDatabase<Result>(_ script: String, _ body: (String) throws -> Result) throws -> Result {
  try withTemporaryDirectory { folder in
    let path = folder + "/hospital.db"
    try writeFile(Array(script.utf8), to: folder + "/make.sql")
    let run = try OtherProgram.run("sqlite3", ["-bail", path, ".read \(folder)/make.sql"])
    try #require(run.status == 0, "sqlite3 refused the script")
    return try body(path)
  }
}

/// The result of a query as text.
func readQuery(_ query: String, of path: String) throws -> ReadTable {
  try readTable(openTable([path], as: .sqlite(query: [query])))
}

/// What refused a query; nil where it was not refused.
func problem(_ query: String, of path: String) -> QueryProblem? {
  do {
    _ = try readQuery(query, of: path)
    return nil
  } catch TableError.query(_, let problem) { return problem } catch { return nil }
}
