import Aggregates
import EvaluationProtocols

extension RowStore {
  /// The rows of each window whose scores are explained: at most half of the patients with a labelled row, one row each.
  ///
  /// Of each patient the labelled row with the lowest key, and of patients the ones whose own keys are the lowest; of
  /// equal keys the first levels decide, and rows that agree in these too are counted alike.
  func sample(under plan: ExplanationPlan, windows count: Int, countsPatients: Bool) -> [[UInt32]] {
    var rowsByWindow: [[UInt32]] = Array(repeating: [], count: count)
    for row in 0..<self.count where labels[row].rowClass != .unlabelled {
      rowsByWindow[Int(windows[row])].append(UInt32(truncatingIfNeeded: row))
    }
    return rowsByWindow.map { rows in
      let candidates = countsPatients ? onePerPatient(rows) : rows.map { (sampleKeys[Int($0)], $0) }
      return candidates.sorted { $0.0 != $1.0 ? $0.0 < $1.0 : precedes($0.1, $1.1) }
        .prefix(plan.sampled(of: candidates.count)).map(\.1)
    }
  }

  private func onePerPatient(_ rows: [UInt32]) -> [(SampleKey, UInt32)] {
    let runs = PatientRuns(rows.map { patients[Int($0)] })
    return runs.runs.compactMap { run in
      let own = runs.order[run].map { rows[Int($0)] }
      return own.min(by: precedes).map {
        (SampleKey(ofPatientWith: own.lazy.map { sampleKeys[Int($0)] }), $0)
      }
    }
  }

  private func precedes(_ one: UInt32, _ other: UInt32) -> Bool {
    let (one, other) = (Int(one), Int(other))
    if sampleKeys[one] != sampleKeys[other] { return sampleKeys[one] < sampleKeys[other] }
    for list in levels where list[one] != list[other] { return list[one] < list[other] }
    return false
  }
}
