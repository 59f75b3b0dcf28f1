import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension CriterionJudge {
  /// Sites and rows that are behind the verdict, against what the criterion asks. Who is missing is named
  /// either way: as a problem, or as a note where the criterion lists.
  func coverage(slice: SliceID, sites: [SiteCoverage]) -> (problems: [String], notes: [String]) {
    let evaluable = sites.filter(\.isEvaluable)
    let missing = sites.flatMap(\.problems).map { "\(words(of: slice))\($0)" }
    let blocks = criterion.coverage.whenWithheld == .block
    var problems = blocks ? missing : []
    if evaluable.count < criterion.coverage.minimumSites {
      problems.append(
        "\(words(of: slice))\(evaluable.count) of at least \(criterion.coverage.minimumSites) sites are evaluable"
      )
    }
    // Rows of a level may be withheld, so shares are of the rows in the window.
    func rows(_ list: [SiteCoverage]) -> Int {
      list.reduce(0) { $0 + (row(of: $1.id, slice: .overall)?.labelled ?? 0) }
    }
    let all = rows(sites)
    let share = all == 0 ? 0 : Double(rows(evaluable)) / Double(all)
    if share < criterion.coverage.minimumRowShare.value {
      problems.append("\(words(of: slice))evaluable sites hold too small a share of the rows")
    }
    return (problems, blocks ? [] : missing.map { "\($0), and counts neither way" })
  }

  /// The row of a site, or of the pool, in the judged window.
  func row(of site: String?, slice: SliceID) -> MatrixRow? {
    let rows = site.map { matrix.site($0)?.rows ?? [] } ?? matrix.pooled.rows
    return rows.first { $0.window == window && $0.slice == slice }
  }

  /// The validation sites by id.
  var validationSites: [String] { evaluationProtocol.validationSites.map(\.id).sorted() }
}
