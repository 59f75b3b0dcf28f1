import Statistics

/// Why aggregates could not be merged.
package enum MergeError: Error, Equatable {
  case nothingToMerge
  case siteTwice(String)
  /// A site came after one with a later id.
  case siteOutOfOrder(String)
  /// One site counts more than 2,147,483,647 rows.
  case tooManyRows(String)
  /// All sites together do.
  case tooManyRowsTogether
}

extension MergeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .nothingToMerge: "there is no aggregate to merge"
    case .siteTwice(let site): "there are two aggregates of site \(site)"
    case .siteOutOfOrder(let site): "the aggregate of site \(site) comes after one of a later site"
    case .tooManyRows(let site): "the aggregate of site \(site) has more than \(maximumRowCount) rows"
    case .tooManyRowsTogether: "the aggregates have more than \(maximumRowCount) rows together"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .nothingToMerge: "give the folder that holds one folder a site, each with its aggregate.json"
    case .siteTwice: "keep one aggregate a site"
    case .siteOutOfOrder: "give the aggregates in the order of site ids"
    case .tooManyRows, .tooManyRowsTogether: "ask for fewer windows, or merge fewer sites"
    }
  }
}
