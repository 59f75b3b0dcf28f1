/// Keeps each patient's row with the smallest number in one column.
///
/// Among rows with the same number the content decides, in the order of `precedes`, never the position in a
/// file; rows that are alike in all of it are alike in everything that is counted.
struct FirstPerPatient {
  private var slots: [UInt32] = []
  private var kept: [(by: Double, record: RowRecord)] = []

  /// Takes a row; returns whether one, this or an earlier one, had to give way.
  mutating func take(_ record: RowRecord, by number: Double) -> Bool {
    let patient = Int(record.patient)
    if patient >= slots.count {
      slots += repeatElement(.max, count: max(patient + 1 - slots.count, slots.count))
    }
    guard slots[patient] != .max else {
      slots[patient] = UInt32(truncatingIfNeeded: kept.count)
      kept.append((number, record))
      return false
    }
    let slot = Int(slots[patient])
    if precedes((number, record), kept[slot]) { kept[slot] = (number, record) }
    return true
  }

  /// The rows kept, one a patient.
  var records: some Sequence<RowRecord> { kept.lazy.map(\.record) }

  private func precedes(_ left: (by: Double, record: RowRecord), _ right: (by: Double, record: RowRecord))
    -> Bool
  {
    if left.by != right.by { return left.by < right.by }
    let (one, other) = (left.record, right.record)
    if one.outcome != other.outcome { return one.outcome.rawValue < other.outcome.rawValue }
    if one.window != other.window { return one.window < other.window }
    if one.score != other.score { return one.score < other.score }
    if one.label != other.label { return one.label.rawValue < other.label.rawValue }
    if one.levels != other.levels { return one.levels.lexicographicallyPrecedes(other.levels) }
    if one.cells != other.cells { return one.cells.lexicographicallyPrecedes(other.cells) }
    if one.operations != other.operations {
      return RowOperations.precedes(one.operations, other.operations)
    }
    if one.baseline != other.baseline, !(one.baseline.isNaN && other.baseline.isNaN) {
      return one.baseline < other.baseline || (other.baseline.isNaN && !one.baseline.isNaN)
    }
    return one.sampleKey < other.sampleKey
  }
}
