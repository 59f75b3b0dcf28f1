/// What the sites say of every row: one list a site, its rows one behind the other as they stand in the matrix.
///
/// A site is added in one piece. By row and model there would be thousands of lists, to each of which every site
/// adds one number.
struct SiteEstimates {
  private let models: [RandomEffectsModel]
  private var lists: [[SiteEstimate]] = []
  private var presences: [[RowPresence]] = []

  /// Estimates without a site.
  init(_ models: [RandomEffectsModel]) { self.models = models }

  /// Adds the next site: what it says of the models of every row, and whether it is in the row.
  mutating func append(_ list: [SiteEstimate], _ presence: [RowPresence]) {
    lists.append(list)
    presences.append(presence)
  }

  /// Places of the sites that release something in a row, or withhold something, in order.
  func sites(row: Int, _ presence: RowPresence) -> [Int] {
    presences.indices.filter { presences[$0][row].contains(presence) }
  }

  /// Room for the models of one row, of all sites.
  var noMeasures: [RandomEffectsMeasure] {
    models.map { RandomEffectsMeasure($0, sites: lists.count) }
  }

  /// Fills the models of a row with what its contributors say.
  func gather(row: Int, contributors: [Int], into measures: inout [RandomEffectsMeasure]) {
    for index in measures.indices { measures[index].removeAll() }
    let start = row * models.count
    for site in contributors {
      for index in measures.indices { measures[index].add(lists[site][start + index], site: site) }
    }
  }
}

/// How a site is in a row: over several windows it may both release and withhold.
struct RowPresence: OptionSet {
  let rawValue: UInt8

  static let releases = RowPresence(rawValue: 1)
  static let withholds = RowPresence(rawValue: 2)
}
