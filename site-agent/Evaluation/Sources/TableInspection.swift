import CanonicalJSON
package import Cryptography

/// What can be said of data files without looking into a cell.
package struct TableInspection: Sendable, Equatable {
  /// A data file as it is stored.
  package struct File: Sendable, Equatable {
    /// The path as it was given.
    package let path: String
    /// SHA-256 of the file.
    package let digest: Digest
    /// Bytes of the file.
    package let size: Int
  }

  /// The files, in the order in which they were given.
  package let files: [File]
  /// Rows below the headers, readable or not.
  package let rows: Int
  /// The digest of the dataset's content.
  package let digest: Digest
}

/// SHA-256 of a data file as it is stored.
///
/// - Throws: `TableError` where it cannot be opened or read.
package func digest(ofDataFile path: String) throws(TableError) -> Digest {
  let file = try TableFile(opening: path)
  try file.readToEnd()
  guard let digest = file.digest else { throw .readFailed(path: path, reason: "it did not end") }
  return digest
}

/// The digest of a dataset's content: SHA-256 over the digests of its files and of what the declaration says of
/// them, sorted, so that the order in which the files are named does not matter.
package func rowsDigest(ofFiles digests: some Sequence<Digest>, as tables: TableDeclaration) -> Digest {
  var all = Set(digests)
  if let json = tables.json { all.insert(Digest(of: encodeCanonicalJSON(json))) }
  return Digest(of: all.sorted().flatMap(\.bytes))
}

/// The files that were read so far: the same rows under two names would count twice.
struct SeenFiles {
  private var paths: [Digest: String] = [:]
  private static let empty = Digest(of: [])

  var digests: some Sequence<Digest> { paths.keys }

  /// - Throws: `SiteEvaluationError.sameFileTwice`; files that gave no row may be alike.
  mutating func add(_ files: [String], _ digests: [Digest], haveRows: Bool) throws(SiteEvaluationError) {
    for (path, digest) in zip(files, digests) {
      guard let other = paths.updateValue(path, forKey: digest), haveRows, digest != Self.empty else {
        continue
      }
      throw .sameFileTwice(other, path)
    }
  }
}
