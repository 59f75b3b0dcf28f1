import Statistics

/// One kind of interval, and how to draw data of which the truth is known.
struct IntervalKind: Sendable {
  let name: String
  /// What is drawn, in words for the table.
  let data: String
  /// Numbers of rows or sites.
  let sizes: [Int]
  /// Runs at scale 1.
  var runs = 50_000
  /// Draws data of a size; the interval from them and the truth it should hold.
  let draw: @Sendable (inout SplitMix, Int) throws -> (interval: Interval?, truth: Double)
}

/// How often intervals of a kind hold the truth.
struct Coverage {
  var runs = 0
  var holds = 0
  var tooLow = 0
  var tooHigh = 0
  var refused = 0

  var share: Double { Double(holds) / Double(max(1, runs - refused)) }

  init(_ kind: IntervalKind, size: Int, runs: Int, seed: UInt64) {
    var generator = SplitMix(seed: seed, for: "\(kind.name) \(size)")
    self.runs = runs
    for _ in 0..<runs {
      guard let (found, truth) = try? kind.draw(&generator, size), let interval = found else {
        refused += 1
        continue
      }
      if interval.upper < truth {
        tooLow += 1
      } else if interval.lower > truth {
        tooHigh += 1
      } else {
        holds += 1
      }
    }
  }

  func json(_ kind: IntervalKind, size: Int) -> String {
    """
    {"kind": "\(kind.name)", "data": "\(kind.data)", "size": \(size), "runs": \(runs), "refused": \(refused), \
    "coverage": \(share), "tooLow": \(tooLow), "tooHigh": \(tooHigh)}
    """
  }
}
