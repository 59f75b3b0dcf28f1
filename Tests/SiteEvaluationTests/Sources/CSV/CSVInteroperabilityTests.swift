import Foundation
import TestSupport
import Testing

@testable import SiteEvaluation

/// Tables that another program wrote, against what that program reads from them.
@Suite(.enabled(if: OtherProgram.path("python3") != nil, "needs python3"))
struct CSVInteroperabilityTests {
  // Cells of awkward characters, written by Python's csv module in three dialects, and as JSON.
  private static let script = """
    import csv, json, random, sys
    folder, number = sys.argv[1], int(sys.argv[2])
    random.seed(number)
    rows = [["".join(random.choice('ab,"\\n\\r 0\\u00e9\\U0001F600') for _ in range(random.randrange(6)))
             for _ in range(3)] for _ in range(300)]
    # With LF alone, older versions write a carriage return without quotes and cannot read it back.
    quoting, end = [(csv.QUOTE_MINIMAL, "\\r\\n"), (csv.QUOTE_ALL, "\\n"), (csv.QUOTE_ALL, "\\r\\n")][number % 3]
    with open(folder + "/table.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=quoting, lineterminator=end).writerows([["x", "y", "z"]] + rows)
    with open(folder + "/table.csv", encoding="utf-8", newline="") as file:
        read = list(csv.reader(file, strict=True))
    with open(folder + "/table.json", "w") as file:
        json.dump(read, file)
    """

  @Test(arguments: 0..<6)
  func rowsAreThoseThatPythonReads(number: Int) throws {
    try withTemporaryDirectory { folder in
      try writeFile(Array(Self.script.utf8), to: folder + "/make.py")
      let run = try OtherProgram.run("python3", [folder + "/make.py", folder, String(number)])
      try #require(run.status == 0)
      let json = try JSONSerialization.jsonObject(with: Data(fileBytes(folder + "/table.json")))
      let expected = try #require(json as? [[String]])
      let reader = try CSVReader(opening: folder + "/table.csv")
      var rows = [reader.header]
      while try reader.next() == .row {
        rows.append((0..<3).map { String(decoding: reader.row.cell($0), as: UTF8.self) })
      }
      #expect(rows.count == 301)
      #expect(rows == expected)
    }
  }
}
