/// The column histograms of one window, each by itself, against each other and against overall.
struct HistogramsCheck {
  let window: ReleasedWindow
  let minimumCell: Int

  func run() throws(BrokenRule) {
    guard window.histogramsCountUnlabelled == (window.overall.stratum?.unlabelled.value != nil) else {
      throw BrokenRule(
        place: "histograms", rule: "counts rows without a label otherwise than overall shows them")
    }
    var totals: Set<Int> = []
    for histogram in window.histograms {
      func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
        if !holds { throw BrokenRule(place: "histogram of \(histogram.column)", rule: rule) }
      }
      guard let cells = histogram.cells.value else { continue }
      try require(
        cells.allSatisfy { $0.rows == 0 || $0.rows >= minimumCell }, "a cell is below the minimum cell"
      )
      let total = cells.reduce(0) { $0 + $1.rows }
      switch window.overall {
      case .empty: try require(total == 0, "counts rows of an empty window")
      case .withheld: try require(total > 0, "says that no row of a withheld window has a label")
      case .released(let overall):
        let unlabelled = overall.unlabelled.value?.reduce(0, +) ?? 0
        try require(total == overall.labelled + unlabelled, "does not add up to overall")
      }
      totals.insert(total)
      try require(totals.count == 1, "counts other rows than the histogram before it")
    }
  }
}
