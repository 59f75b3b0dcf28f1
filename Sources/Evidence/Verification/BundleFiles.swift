import CanonicalJSON
import Submissions

/// The entries of a bundle, all of them in places that the format knows, none missing.
struct BundleFiles {
  /// Every path, in the order of the container.
  let paths: [String]
  /// The sites that have a folder, sorted.
  let sites: [String]
  /// Whether there is a study's history.
  let carriesHistory: Bool
  private let contents: [[UInt8]: [UInt8]]

  /// Why the bytes are not a bundle.
  struct LayoutError: Error {
    let rule: String
    let file: String
    let message: String
    let remedy: String
  }

  init(reading bytes: [UInt8]) throws(LayoutError) {
    let entries: [ZipEntry]
    do { entries = try readZip(bytes) } catch {
      throw LayoutError(
        rule: error.rule.rawValue, file: error.entry ?? "container", message: error.description,
        remedy: error.remedy)
    }
    var contents: [[UInt8]: [UInt8]] = [:]
    for entry in entries { contents[Array(entry.name.utf8)] = entry.bytes }
    self.contents = contents
    paths = entries.map(\.name)
    sites = Set(paths.compactMap(BundlePath.siteID)).sorted { $0.precedesInBytes($1) }

    let required = Set(BundleFiles.requiredPaths(sites: sites).map { Array($0.utf8) })
    carriesHistory = contents[Array(BundlePath.history.utf8)] != nil
    for path in paths where !required.contains(Array(path.utf8)) {
      // Which of these there have to be, the history says.
      if carriesHistory, BundleFiles.mayBelongToHistory(path) { continue }
      throw LayoutError(
        rule: "unknownFile", file: path, message: "no file of this format has that place",
        remedy: BundleVerification.askAgain)
    }
    for path in BundleFiles.requiredPaths(sites: sites) where contents[Array(path.utf8)] == nil {
      throw LayoutError(
        rule: "missingFile", file: path, message: "is missing", remedy: BundleVerification.askAgain)
    }
  }

  /// Everything that a bundle with these sites holds: no more, no less.
  private static func requiredPaths(sites: [String]) -> [String] {
    [
      ZipMimetype.name, BundlePath.report, BundlePath.bundle, BundlePath.protocolDocument,
      BundlePath.modelCard, BundlePath.gates, BundlePath.matrix("pooled.json"), BundlePath.coordinatorRoot,
      BundlePath.instructions, BundlePath.manifest,
    ]
      + embeddedSchemas.map { BundlePath.schemaFolder + $0.name }
      + sites.flatMap { site in
        BundlePath.siteNames.map { BundlePath.site(site, $0) } + [BundlePath.matrix("sites/\(site).json")]
      }
  }

  private static func mayBelongToHistory(_ path: String) -> Bool {
    path.hasPrefix(BundlePath.historyFolder) || path.hasPrefix(BundlePath.reviewFolder)
  }

  /// The bytes of a file; every path of the format is there.
  subscript(_ path: String) -> [UInt8] { contents[Array(path.utf8)] ?? [] }

  /// The matrix files, by their path in the matrix folder.
  var matrix: [(path: String, bytes: [UInt8])] {
    (["pooled.json"] + sites.map { "sites/\($0).json" }).map { ($0, self[BundlePath.matrix($0)]) }
  }

  /// The paths of the review pages.
  var reviews: [String] { paths.filter { $0.hasPrefix(BundlePath.reviewFolder) } }

  /// A site's files.
  func submission(of site: String) -> SubmissionFiles {
    func file(_ name: String) -> [UInt8] { self[BundlePath.site(site, name)] }
    return SubmissionFiles(
      site: site, aggregate: file(SubmissionFiles.aggregateName), context: file(SubmissionFiles.contextName),
      submission: file(SubmissionFiles.submissionName), acceptance: file(SubmissionFiles.acceptanceName),
      root: file(SubmissionFiles.rootName))
  }
}
