import Aggregates
import CanonicalJSON
import TestSupport
import Testing

@testable import SiteEvaluation

/// The queries of `protocols/site-files.md` over a small database of the OMOP common data model.
@Suite(.enabled(if: OtherProgram.path("sqlite3") != nil, "needs sqlite3"))
struct OMOPTests {
  private static let script = """
    CREATE TABLE person (person_id INTEGER PRIMARY KEY, gender_concept_id INTEGER NOT NULL, year_of_birth INTEGER NOT NULL);
    CREATE TABLE visit_occurrence (
      visit_occurrence_id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, visit_concept_id INTEGER NOT NULL,
      visit_start_date TEXT NOT NULL, visit_start_datetime TEXT, discharged_to_concept_id INTEGER);
    CREATE TABLE measurement (
      measurement_id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, measurement_concept_id INTEGER NOT NULL,
      measurement_datetime TEXT, value_as_number REAL, unit_concept_id INTEGER, visit_occurrence_id INTEGER,
      measurement_source_value TEXT);
    CREATE TABLE condition_occurrence (
      condition_occurrence_id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, condition_concept_id INTEGER NOT NULL,
      condition_start_date TEXT NOT NULL);
    INSERT INTO person VALUES (1, 8532, 1950), (2, 8507, 1980), (3, 0, 1990);
    INSERT INTO visit_occurrence VALUES
      (10, 1, 9201, '2025-03-01', '2025-03-01 10:00:00', 4216643), (11, 1, 262, '2025-06-01', '2025-06-01 08:30:00', 0),
      (12, 2, 9201, '2025-04-01', '2025-04-01 00:00:00', NULL), (13, 2, 9202, '2025-05-01', '2025-05-01 00:00:00', 0),
      (14, 3, 9201, '2025-07-01', '2025-07-01 00:00:00', 0);
    INSERT INTO measurement VALUES
      (1, 1, 3047181, '2025-03-01 11:00:00', 2.5, 8753, 10, NULL), (2, 1, 3047181, '2025-03-02 09:59:00', 3.0, 8753, 10, NULL),
      (3, 1, 3047181, '2025-03-02 10:00:00', 9.0, 8753, 10, NULL), (4, 1, 3047181, '2025-06-01 09:00:00', 18.0, 8840, 11, NULL),
      (5, 2, 3047181, '2025-04-01 01:00:00', 1.1, 8753, 12, NULL), (6, 1, 0, '2025-03-01 12:00:00', 0.25, 0, 10, 'DETERIORATION'),
      (7, 1, 0, '2025-03-01 13:00:00', 0.75, 0, 10, 'DETERIORATION');
    INSERT INTO condition_occurrence VALUES (1, 1, 201826, '2025-05-01'), (2, 2, 201826, '2025-04-01'), (3, 2, 0, '2020-01-01');
    CREATE INDEX m ON measurement (visit_occurrence_id); CREATE INDEX c ON condition_occurrence (person_id);
    """

  private func queries() throws -> [[String]] {
    let page = String(decoding: try fileBytes(Repository.path("protocols/site-files.md")), as: UTF8.self)
    return page.split(separator: "```sql\n").dropFirst().map {
      ($0.split(separator: "```").first ?? "").split(separator: "\n").map(String.init)
    }
  }

  @Test func visitIsARowWithWhatWasKnownThen() throws {
    let query = try queries()[0]
    try withDatabase(Self.script) { path throws in
      let table = try readTable(openTable([path], as: .sqlite(query: query)))
      #expect(table.header == ["encounter_id", "pid", "start", "age", "sex", "lactate", "diabetes", "died"])
      let rows = table.rows.compactMap { $0 }.sorted { $0[0] < $1[0] }
      #expect(
        rows == [
          ["10", "1", "2025-03-01T10:00:00Z", "75", "F", "3", "0", "1"],
          ["11", "1", "2025-06-01T08:30:00Z", "75", "F", "", "1", "0"],
          ["12", "2", "2025-04-01T00:00:00Z", "45", "M", "1.1", "0", ""],
          ["14", "3", "2025-07-01T00:00:00Z", "35", "", "", "0", "0"],
        ])
    }
  }

  @Test func recordedScoreIsEvaluatedFromItsMeasurement() throws {
    let query = try queries()[1]
    try withDatabase(Self.script) { path throws in
      let study = Study(slices: [], minimumCell: 2)
      let mapping = SiteMapping(columns: [SiteMapping.Column(column: "y", from: "died")])
      let result = try study.evaluate(
        files: [path], declaredAs: Study.declaration(mapping, tables: .sqlite(query: query)))
      #expect(result.local.flow.read == 5)
      #expect(result.local.flow.table == ["scoreMissing": [4, 3]])
      #expect(result.local.windows[0].overall.rows.positive == [1, 0])
    }
  }
}
