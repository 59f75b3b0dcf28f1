import Aggregates
import EvaluationProtocols

/// Counts rows read, and rows and patients left out for each reason.
struct FlowCounter {
  /// Rows read, unreadable ones included.
  private(set) var read = 0
  private let reasons: [ExclusionReason]
  private let places: [ExclusionReason: Int]
  private let countsPatients: Bool
  private var rows: [Int]
  private var patients: [PatientSet]

  init(_ evaluationProtocol: EvaluationProtocol) {
    reasons = ExclusionReason.all(under: evaluationProtocol)
    places = Dictionary(uniqueKeysWithValues: reasons.enumerated().map { ($0.element, $0.offset) })
    countsPatients = evaluationProtocol.data.patientColumn != nil
    rows = Array(repeating: 0, count: reasons.count)
    patients = Array(repeating: PatientSet(), count: reasons.count)
  }

  /// Counts rows of a file, and those that cannot be read besides.
  mutating func read(rows count: Int, unreadable: Int) {
    read += count + unreadable
    if let place = places[.unreadable] { rows[place] += unreadable }
  }

  /// Leaves out a row; without a patient, the row counts as one.
  mutating func exclude(_ reason: ExclusionReason, patient: UInt32?) {
    guard let place = places[reason] else { return }
    rows[place] += 1
    if let patient { patients[place].insert(patient) }
  }

  /// The rows left out for a reason.
  func rows(for reason: ExclusionReason) -> Int { places[reason].map { rows[$0] } ?? 0 }

  /// The counts so far.
  var flow: LocalFlow {
    LocalFlow(
      read: read,
      exclusions: reasons.indices.map { index in
        let knowsPatients =
          countsPatients && reasons[index] != .unreadable && reasons[index] != .patientMissing
        return (reasons[index], rows[index], knowsPatients ? patients[index].count : rows[index])
      })
  }
}
