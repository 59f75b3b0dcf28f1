package import CanonicalJSON
package import EvaluationProtocols
import Models

/// Which encounters an incident may have touched.
package struct AffectedQuestion: Sendable, Equatable {
  /// From this time on.
  package let from: UTCTime
  /// Until this time, which is outside.
  package let until: UTCTime
  /// Rows with a score at or above it acted, or would have.
  package let threshold: ExactDecimal

  /// A question.
  package init(from: UTCTime, until: UTCTime, threshold: ExactDecimal) {
    self.from = from
    self.until = until
    self.threshold = threshold
  }
}

/// The list of affected rows, for people at the hospital and nobody else: it holds patients' identifiers.
package struct AffectedList: Sendable {
  /// A table: `file`, `row`, `patient`, `time`, `score`, `outcomeKnown`, `remark`.
  package let csv: [UInt8]
}

/// Lists the rows of a dataset in a span of time whose score is at or above a threshold.
///
/// In doubt a row is on the list: one whose time cannot be read, and every row of a protocol without a time
/// column, is not left out for its time; a row that cannot be divided into cells has a line that says so. The
/// cohort's rules are not asked: an incident touches whoever the model was shown for.
///
/// - Throws: `SiteEvaluationError`.
package func listAffected(
  by question: AffectedQuestion, in rows: SnapshotRows, under evaluationProtocol: EvaluationProtocol,
  model: SiteModel
) throws(SiteEvaluationError) -> AffectedList {
  let artifact: ModelArtifact
  do { artifact = try model.load(for: evaluationProtocol.model) } catch { throw .model(error) }
  var reader = AffectedReader(question, evaluationProtocol, scorer: ModelScorer(artifact))
  try rows.forEachRow(of: reader.plan) { file, number, row in
    reader.take(row, file, number)
    return true
  }
  return AffectedList(csv: reader.csv)
}

private struct AffectedReader {
  private let question: AffectedQuestion
  private let scoring: ScoringPlan
  private let scorer: ModelScorer
  let plan: ColumnPlan
  private let patientPlace: Int?
  private let timePlace: Int?
  private let labelPlace: Int
  private let known: CellTexts
  private(set) var csv = Array("file,row,patient,time,score,outcomeKnown,remark\n".utf8)

  init(_ question: AffectedQuestion, _ evaluationProtocol: EvaluationProtocol, scorer: ModelScorer) {
    var plan = ColumnPlan()
    self.question = question
    patientPlace = evaluationProtocol.data.patientColumn.map { plan.place(of: $0, readFor: "the patient") }
    scoring = ScoringPlan(evaluationProtocol, columns: scorer.columns, plan: &plan)
    self.scorer = scorer
    if case .dated(let column, _) = evaluationProtocol.windows {
      timePlace = plan.place(of: column, readFor: "the time windows")
    } else {
      timePlace = nil
    }
    let label = evaluationProtocol.label
    labelPlace = plan.place(of: label.column, readFor: "the label")
    known = CellTexts(label.positive + label.negative)
    self.plan = plan
  }

  /// - Parameter row: nil where it could not be read.
  mutating func take(_ row: TableRow?, _ file: Int, _ number: Int) {
    guard let row else {
      write(file, number, remark: "the row cannot be read")
      return
    }
    var remark = ""
    var timeCell: Cell?
    if let timePlace {
      let cell = row.cell(timePlace)
      if let time = try? UTCTime(parsingWithOffset: String(decoding: cell, as: UTF8.self)) {
        guard question.from <= time, time < question.until else { return }
      } else {
        remark = "the time cannot be read"
      }
      timeCell = cell
    } else {
      remark = "the protocol has no time column"
    }
    let (outcome, score) = scoring.score(of: row, by: scorer)
    // A row without a score was shown to nobody.
    guard outcome == .counted, score >= question.threshold.value else { return }
    write(
      file, number, patient: patientPlace.map(row.cell), time: timeCell,
      score: (try? ExactDecimal(score))?.text ?? "\(score)", isKnown: known.contains(row.cell(labelPlace)),
      remark: remark)
  }

  private mutating func write(
    _ file: Int, _ number: Int, patient: Cell? = nil, time: Cell? = nil, score: String = "",
    isKnown: Bool? = nil, remark: String
  ) {
    csv += Array("\(file),\(number),".utf8)
    append(patient)
    append(time)
    csv += Array("\(score),\(isKnown.map { $0 ? "yes" : "no" } ?? ""),\(remark)\n".utf8)
  }

  /// A cell in quotes, which every table reader takes.
  private mutating func append(_ cell: Cell?) {
    if let cell, !cell.isEmpty {
      csv.append(0x22)
      for byte in cell {
        if byte == 0x22 { csv.append(0x22) }
        csv.append(byte)
      }
      csv.append(0x22)
    }
    csv.append(0x2C)
  }
}
