import Aggregates
import EvaluationProtocols

/// Takes groups of rows one after the other: what is left out is counted, what is counted is kept by column.
///
/// The order of the questions is that of `ExclusionReason.all`: `protocols/site-files.md`, "How a row is read".
struct RowCollector {
  private(set) var flow: FlowCounter
  private(set) var store: RowStore
  private(set) var unscored: UnscoredStore
  /// Rows that were scored a second time and gave the same bits.
  private(set) var rescored = 0
  private let firstPerPatientRule: Int?
  private var patients = PatientIndex()
  private var first: FirstPerPatient?

  /// - Parameter rows: the most rows that will be taken.
  init(_ evaluationProtocol: EvaluationProtocol, reader: RowReader, expecting rows: Int) {
    flow = FlowCounter(evaluationProtocol)
    store = reader.makeStore(expecting: rows)
    unscored = reader.makeUnscoredStore()
    firstPerPatientRule = reader.firstPerPatientRule
    first = firstPerPatientRule == nil ? nil : FirstPerPatient()
  }

  /// Takes the rows of a group.
  ///
  /// - Throws: `SiteEvaluationError.tooManyRows`, or `.model` where the scores do not stand up to the checks.
  mutating func take(_ rows: PreparedRows) throws(SiteEvaluationError) {
    switch rows.check {
    case .success(let count): rescored += count
    case .failure(let error): throw .model(error)
    }
    flow.read(rows: rows.count, unreadable: rows.unreadable)
    var kept: [Int] = []
    var numbers: [UInt32] = []
    kept.reserveCapacity(rows.count)
    numbers.reserveCapacity(rows.count)
    for row in 0..<rows.count {
      guard let patient = try patient(of: row, in: rows) else {
        flow.exclude(.patientMissing, patient: nil)
        continue
      }
      if rows.unmetRules[row] != PreparedRows.meetsAll {
        flow.exclude(.cohortRule(Int(rows.unmetRules[row])), patient: patient)
        continue
      }
      if let firstPerPatientRule, let orders = rows.orders {
        // Not-a-number: the row has no place among those of its patient.
        if orders[row].isNaN || first?.take(rows.record(row, of: patient), by: orders[row]) ?? false {
          flow.exclude(.cohortRule(firstPerPatientRule), patient: patient)
        }
        continue
      }
      if let reason = rows.outcomes[row].exclusion {
        flow.exclude(reason, patient: patient)
        // Bounded by the rows, as the store is.
        if reason.isForWantOfScore { unscored.append(rows.record(row, of: patient)) }
      } else {
        kept.append(row)
        numbers.append(patient)
      }
    }
    guard store.count + kept.count <= RowStore.maximumCount else {
      throw .tooManyRows(limit: RowStore.maximumCount)
    }
    store.append(kept, of: rows, patients: numbers)
  }

  /// Settles what only all rows together decide.
  ///
  /// - Throws: `SiteEvaluationError.tooManyRows`.
  mutating func finish() throws(SiteEvaluationError) {
    guard let first else { return }
    for record in first.records {
      if let reason = record.outcome.exclusion {
        flow.exclude(reason, patient: record.patient)
        if reason.isForWantOfScore { unscored.append(record) }
      } else {
        guard store.count < RowStore.maximumCount else { throw .tooManyRows(limit: RowStore.maximumCount) }
        store.append(record)
      }
    }
    self.first = nil
  }

  // Where the protocol names no patient, all rows have the number 0 and nobody looks at it.
  private mutating func patient(of row: Int, in rows: PreparedRows) throws(SiteEvaluationError) -> UInt32? {
    guard let cells = rows.patients else { return 0 }
    let identifier = cells[row]
    if identifier.isEmpty { return nil }
    guard let number = patients.number(of: identifier, hash: cells.hashes[row]) else {
      throw .tooManyRows(limit: RowStore.maximumCount)
    }
    return number
  }
}

extension ExclusionReason {
  fileprivate var isForWantOfScore: Bool { self == .scoreMissing || self == .scoreInvalid }
}
