/// Places of pairs of numbers in an order that depends on the pairs alone, whatever order they come in.
///
/// Any such order makes sums over the pairs reproducible; it need not be ascending. Pairs go into twice or
/// four times as many buckets by a hash of their bits, and only inside a bucket are they compared: linear
/// time, where a sort would cost more than the sums do.
func canonicalOrder(_ first: [Double], _ second: [Double]) -> [Int] {
  let count = min(first.count, second.count)
  guard count > 1 else { return Array(0..<count) }
  return Array(unsafeUninitializedCapacity: count) { order, initializedCount in
    order.initialize(repeating: 0)
    initializedCount = count
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        let pairs = Pairs(first: first, second: second)
        let shift = UInt64((count - 1).leadingZeroBitCount) - 1
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << (64 - Int(shift))) { starts in
          starts.initialize(repeating: 0)
          fill(order, starts, pairs, shift)
          for bucket in 0..<starts.count {
            let end = bucket + 1 < starts.count ? starts[bucket + 1] : count
            if end - starts[bucket] > 1 { arrange(order, starts[bucket]..<end, pairs) }
          }
        }
      }
    }
  }
}

private struct Pairs {
  let first: UnsafeBufferPointer<Double>
  let second: UnsafeBufferPointer<Double>

  /// The high bits of a hash. The odd constants are those of SplitMix64 (Steele, Lea & Flood 2014).
  func bucket(_ index: Int, _ shift: UInt64) -> Int {
    let mixed = (first[index].bitPattern &* 0xbf58_476d_1ce4_e5b9) ^ second[index].bitPattern
    return Int(truncatingIfNeeded: ((mixed ^ (mixed >> 32)) &* 0x94d0_49bb_1331_11eb) >> shift)
  }

  func precedes(_ a: Int, _ b: Int) -> Bool {
    first[a].bitPattern != first[b].bitPattern
      ? first[a].bitPattern < first[b].bitPattern : second[a].bitPattern < second[b].bitPattern
  }
}

/// Places pairs by bucket; `starts` is zero before and has the first place of each bucket after.
private func fill(
  _ order: UnsafeMutableBufferPointer<Int>, _ starts: UnsafeMutableBufferPointer<Int>, _ pairs: Pairs,
  _ shift: UInt64
) {
  for index in 0..<order.count { starts[pairs.bucket(index, shift)] &+= 1 }
  var total = 0
  for bucket in 0..<starts.count {
    total &+= starts[bucket]
    starts[bucket] = total
  }
  for index in 0..<order.count {
    let bucket = pairs.bucket(index, shift)
    starts[bucket] &-= 1
    order[starts[bucket]] = index
  }
}

/// Sorts the pairs of one bucket.
private func arrange(_ order: UnsafeMutableBufferPointer<Int>, _ places: Range<Int>, _ pairs: Pairs) {
  if places.count > 16 {
    order[places].sort(by: pairs.precedes)
    return
  }
  for place in places.dropFirst() {
    let moving = order[place]
    var hole = place
    while hole > places.lowerBound, pairs.precedes(moving, order[hole - 1]) {
      order[hole] = order[hole - 1]
      hole -= 1
    }
    order[hole] = moving
  }
}
