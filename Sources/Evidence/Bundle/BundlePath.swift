import Cryptography
import EvaluationProtocols
package import Gates
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

  static let historyFolder = "history/"
  /// The events; a bundle that has this file carries a study's history.
  static let history = "history/history.json"
  static let protocolsFolder = "history/protocols/"
  static let statementsFolder = "history/statements/"
  static let signersFolder = "history/signers/"
  static let reviewFolder = "review/"

  static func protocolVersion(_ version: Int) -> String { "\(protocolsFolder)\(version).json" }

  /// What was signed for an event; six digits keep the files in the order of the events.
  static func statement(_ event: Int) -> String {
    let digits = String(event)
    return statementsFolder + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
      + ".sigstore.json"
  }

  static func signer(_ rootKey: Digest) -> String { "\(signersFolder)\(rootKey.hex.prefix(32)).root.pem" }

  /// The page that reviewers of a gate read.
  package static func review(_ gate: Gate) -> String { EvidenceList.page(of: gate) }

  /// The number in a path of a folder, if the path is the one that the number gives.
  static func number(in path: String, of folder: String, _ place: (Int) -> String) -> Int? {
    guard path.hasPrefix(folder) else { return nil }
    let digits = path.dropFirst(folder.count).prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 9, let number = Int(digits), place(number).utf8.elementsEqual(path.utf8) else {
      return nil
    }
    return number
  }
}
