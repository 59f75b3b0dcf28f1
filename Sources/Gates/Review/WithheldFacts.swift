package import EvaluationProtocols
import Synthesis

/// What sites withhold of a result, in few words.
package struct WithheldFacts: Equatable, Sendable {
  /// Validation sites that withhold something, in the order of the protocol.
  package let sites: [AtSite]
  /// Slices that no site releases.
  package let nowhere: [SliceID]
  /// How many slices there are beside all rows.
  package let sliceCount: Int
  private let labels: [SliceID: String]

  /// What one site withholds.
  package struct AtSite: Equatable, Sendable {
    package let site: String
    /// All rows of all windows are withheld.
    package let isWhole: Bool
    /// The slices that are withheld over all windows.
    package let slices: [SliceID]
    /// The windows whose rows are withheld.
    package let windows: [String]
  }

  /// The most sites that have a sentence of their own.
  static let mostSites = 8

  /// The summary, a sentence each.
  package var sentences: [String] {
    guard !sites.isEmpty else { return ["Nothing is withheld."] }
    var lines = sites.prefix(Self.mostSites).map(sentence)
    if sites.count > Self.mostSites {
      let slices = sites.dropFirst(Self.mostSites).reduce(0) { $0 + $1.slices.count }
      lines.append(
        "\(counted(sites.count - Self.mostSites, "further site")) withhold \(counted(slices, "slice")) together."
      )
    }
    if !nowhere.isEmpty {
      lines.append("No site releases: \(shortList(nowhere.map(label), most: 5)).")
    }
    return lines
  }

  private func label(_ slice: SliceID) -> String { labels[slice] ?? slice.text }

  private func sentence(_ site: AtSite) -> String {
    if site.isWhole { return "\(site.site) withholds all rows." }
    var parts: [String] = []
    if !site.slices.isEmpty {
      parts.append(
        "\(site.slices.count) of \(counted(sliceCount, "slice")) (\(shortList(site.slices.map(label), most: 2)))"
      )
    }
    if !site.windows.isEmpty {
      parts.append(counted(site.windows.count, "window"))
    }
    return "\(site.site) withholds \(parts.joined(separator: " and "))."
  }

  init(_ matrix: ValidationMatrix, under evaluationProtocol: EvaluationProtocol) {
    let whole = evaluationProtocol.windows.wholeID
    let slices = evaluationProtocol.slices.filter { $0 != .overall }
    var released: Set<SliceID> = []
    var asked: Set<SliceID> = []
    var found: [AtSite] = []
    for site in evaluationProtocol.validationSites {
      guard let part = matrix.site(site.id) else { continue }
      var status: [SliceID: MatrixRow] = [:]
      for row in part.rows where row.window == whole { status[row.slice] = row }
      for (slice, row) in status {
        if row.status == .released { released.insert(slice) }
        if row.status != .empty { asked.insert(slice) }
      }
      let isWhole = status[.overall]?.status == .withheld
      let windows = part.rows.filter {
        $0.slice == .overall && $0.window != whole && $0.status == .withheld
      }.map(\.window)
      let hidden = slices.filter { status[$0]?.status == .withheld }
      if isWhole || !hidden.isEmpty || !windows.isEmpty {
        found.append(AtSite(site: site.id, isWhole: isWhole, slices: hidden, windows: windows))
      }
    }
    sites = found
    nowhere = slices.filter { asked.contains($0) && !released.contains($0) }
    sliceCount = slices.count
    labels = Dictionary(
      slices.map { ($0, evaluationProtocol.label(of: $0)) }, uniquingKeysWith: { first, _ in first })
  }
}

extension ReviewView {
  /// What is withheld of the newest result.
  var withheld: WithheldFacts? {
    guard let result, let inForce else { return nil }
    return WithheldFacts(result.matrix, under: inForce)
  }
}
