/// The given rows by ascending number; rows of equal numbers stand in any order.
///
/// Shape: positions in `numbers`, at none of which is not-a-number, in; the same positions out.
/// A radix sort: the bit patterns of numbers ascend as the numbers do, and the 32 bits of them that tell most apart are
/// sorted together with the row in three passes. What they leave open is sorted in place; for binary32 scores, nothing.
func ascendingOrder(of rows: [UInt32], by numbers: [Double]) -> [UInt32] {
  var lowest = UInt64.max
  var highest = UInt64.min
  for row in rows {
    let key = ascendingKey(numbers[Int(row)])
    lowest = min(lowest, key)
    highest = max(highest, key)
  }
  guard lowest < highest else { return rows }
  let shift = max(0, 32 - (highest - lowest).leadingZeroBitCount)
  var packed: [UInt64] = []
  packed.reserveCapacity(rows.count)
  for row in rows {
    packed.append(((ascendingKey(numbers[Int(row)]) - lowest) >> shift) << 32 | UInt64(row))
  }
  sortByUpperHalf(&packed)
  if shift > 0 { settleEqualHalves(&packed, numbers) }
  return packed.map { UInt32(truncatingIfNeeded: $0) }
}

/// A bit pattern that ascends with the number; both zeros have one.
private func ascendingKey(_ number: Double) -> UInt64 {
  let bits = (number + 0).bitPattern
  return bits >> 63 == 1 ? ~bits : bits | 1 << 63
}

/// Sorts by the upper 32 bits, and leaves entries that are equal there in their order: three stable passes, from the
/// lowest eleven of these bits to the highest.
func sortByUpperHalf(_ packed: inout [UInt64]) {
  let digits = 1 << 11
  var sorted = [UInt64](repeating: 0, count: packed.count)
  for shift in [UInt64(32), 43, 54] {
    var places = [Int](repeating: 0, count: digits)
    for entry in packed { places[Int(entry >> shift) & (digits - 1)] += 1 }
    // A digit that all share sorts nothing.
    if places.contains(packed.count) { continue }
    var next = 0
    for digit in 0..<digits { (places[digit], next) = (next, next + places[digit]) }
    for entry in packed {
      let digit = Int(entry >> shift) & (digits - 1)
      sorted[places[digit]] = entry
      places[digit] += 1
    }
    swap(&packed, &sorted)
  }
}

/// Sorts rows of an equal upper half by their number where these differ.
private func settleEqualHalves(_ packed: inout [UInt64], _ numbers: [Double]) {
  func number(_ entry: UInt64) -> Double { numbers[Int(UInt32(truncatingIfNeeded: entry))] }
  var start = 0
  while start < packed.count {
    var end = start + 1
    var areEqual = true
    while end < packed.count, packed[end] >> 32 == packed[start] >> 32 {
      areEqual = areEqual && number(packed[end]) == number(packed[start])
      end += 1
    }
    if !areEqual { packed[start..<end].sort { number($0) < number($1) } }
    start = end
  }
}
