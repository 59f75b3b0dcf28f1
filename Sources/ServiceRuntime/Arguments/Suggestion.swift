/// The candidate a person most likely meant, or nil when none is close.
///
/// Distance is the number of letters inserted, dropped, changed or swapped with their neighbour; at most
/// a third of the word may differ.
///
/// - Source: optimal string alignment, Damerau (1964), Commun. ACM 7, 171–176, as in
///   Boytsov (2011), J. Exp. Algorithmics 16, section 2.2.1.
func nearest(to word: String, among candidates: [String]) -> String? {
  // Nobody mistypes a page of text; the work stays bounded whatever stands on the command line.
  let letters = Array(word.unicodeScalars.prefix(64))
  let limit = max(1, letters.count / 3)
  let scored = candidates.map { ($0, distance(letters, Array($0.unicodeScalars.prefix(64)))) }
  return scored.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
}

private func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for i in left.indices {
    var current = [i + 1]
    for j in right.indices {
      var best = min(previous[j + 1], current[j]) + 1
      best = min(best, previous[j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        best = min(best, beforePrevious[j - 1] + 1)
      }
      current.append(best)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[right.count]
}
