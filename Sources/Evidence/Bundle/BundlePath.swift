import EvaluationProtocols
import Submissions

/// The places of a bundle. Every entry has one of these shapes; anything else is refused.
package enum BundlePath {
  /// The page for people.
  package static let report = "START-HERE.html"
  static let bundle = "bundle.json"
  static let protocolDocument = SubmissionFiles.protocolPath
  static let modelCard = "model/model-card.json"
  static let matrixFolder = "matrix/"
  static let gates = "matrix/gates.json"
  static let coordinatorRoot = "trust/coordinator.root.pem"
  static let instructions = "tools/VERIFY.txt"
  static let schemaFolder = "schema/"
  /// The only folder that the manifest does not list.
  static let sealFolder = "seal/"
  static let manifest = "seal/manifest.sigstore.json"

  static func site(_ site: String, _ name: String) -> String { SubmissionFiles.path(name, site: site) }

  static func matrix(_ path: String) -> String { matrixFolder + path }

  /// The names that a site's folder holds, all of them required.
  static let siteNames = [
    SubmissionFiles.aggregateName, SubmissionFiles.contextName, SubmissionFiles.submissionName,
    SubmissionFiles.acceptanceName, SubmissionFiles.rootName,
  ]

  /// The site of a path below `sites/`, if the path has one of the known shapes.
  static func siteID(of path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "sites", siteNames.contains(String(parts[2])) else { return nil }
    return String(parts[1])
  }
}
