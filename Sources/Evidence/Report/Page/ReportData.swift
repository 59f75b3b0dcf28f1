import CanonicalJSON
import EvaluationProtocols
import Submissions
import Synthesis

/// A record with the look-ups that every section needs.
struct ReportData {
  let record: EvidenceRecord
  /// Every site of the protocol: validation sites by id, then development sites by id.
  let sites: [ReportSite]
  /// The window that stands for all of the study.
  let summaryWindow: String
  private let pooledRows: [SliceID: MatrixRow]

  init(_ record: EvidenceRecord) {
    self.record = record
    let summaryWindow = record.evaluationProtocol.windows.wholeID
    self.summaryWindow = summaryWindow
    pooledRows = ReportData.bySlice(record.matrix.pooled.rows, window: summaryWindow)
    let ordered = record.evaluationProtocol.sites.sorted {
      ($0.role == .development ? 1 : 0, $0.id) < ($1.role == .development ? 1 : 0, $1.id)
    }
    sites = ordered.map { site in
      let matrix = record.matrix.site(site.id)
      return ReportSite(
        id: site.id, name: site.name, role: site.role, matrix: matrix,
        evidence: record.sites.first { $0.site == site.id },
        summaryRows: ReportData.bySlice(matrix?.rows ?? [], window: summaryWindow))
    }
  }

  var evaluationProtocol: EvaluationProtocol { record.evaluationProtocol }

  var validationSites: [ReportSite] { sites.filter { $0.role == .validation } }

  var developmentSites: [ReportSite] { sites.filter { $0.role == .development } }

  /// The validation sites together, in the summary window.
  func pooled(_ slice: SliceID) -> MatrixRow? { pooledRows[slice] }

  /// What people call a site; an id that the protocol does not list stands for itself.
  func name(ofSite id: String) -> String { sites.first { $0.id == id }?.name ?? id }

  /// The names of some sites, as a list in a sentence.
  func names(ofSites ids: [String]) -> String { ids.map(name(ofSite:)).joined(separator: ", ") }

  /// Validation sites without numbers in a slice, with the word for each: `Elm (withheld)`.
  func silentSites(_ slice: SliceID) -> [String] {
    validationSites.compactMap { site in
      site.standing(in: slice).words.map { "\(site.name) (\($0))" }
    }
  }

  private static func bySlice(_ rows: [MatrixRow], window: String) -> [SliceID: MatrixRow] {
    var found: [SliceID: MatrixRow] = [:]
    for row in rows where row.window == window { found[row.slice] = row }
    return found
  }
}

/// One site of the protocol, whether or not it sent anything.
struct ReportSite {
  let id: String
  let name: String
  let role: SiteRole
  let matrix: SiteMatrix?
  let evidence: EvidenceRecord.SiteEvidence?
  let summaryRows: [SliceID: MatrixRow]

  /// What there is of a slice at the site.
  enum Standing {
    case released(MatrixRow)
    case withheld
    case empty
    case notRun

    /// The word that stands where a number would; `nil` where there is a number.
    var words: String? {
      switch self {
      case .released: nil
      case .withheld: "withheld"
      case .empty: "no rows"
      case .notRun: "sent nothing"
      }
    }
  }

  /// What there is of a slice in the summary window.
  func standing(in slice: SliceID) -> Standing {
    guard matrix != nil else { return .notRun }
    guard let row = summaryRows[slice] else { return .withheld }
    return ReportSite.standing(of: row)
  }

  /// What there is of a row.
  static func standing(of row: MatrixRow) -> Standing {
    switch row.status {
    case .released: .released(row)
    case .withheld: .withheld
    case .empty: .empty
    }
  }

  /// `clinical`, or what the data are instead, as the aggregate says; `nil` where nothing was sent.
  var dataClass: String? { matrix?.dataClass ?? evidence?.context.dataClass }
}

extension MatrixRow {
  /// The numbers of an estimate; `nil` where there is none.
  func numbers(_ metric: Metric, at threshold: ExactDecimal? = nil, _ estimand: Estimand) -> MeasureNumbers? {
    guard case .estimated(let numbers)? = measure(metric, at: threshold, estimand)?.result else { return nil }
    return numbers
  }
}
