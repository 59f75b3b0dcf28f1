import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Submissions
import Synthesis

extension BundleVerification {
  private static let askForAgreement =
    "do not use it; the numbers that count are those of the sites: ask for a bundle that agrees with them"

  /// Makes matrix, verdicts and page again from the sites' files, and compares.
  mutating func checkDerived(
    _ files: BundleFiles, _ documents: Documents, _ submissions: [VerifiedSubmission], study: StudyRecord?
  ) -> RoundEvidence? {
    let derived: DerivedFiles
    do {
      let stored = try ValidationMatrix.parse(files.matrix, under: documents.evaluationProtocol)
      derived = try DerivedFiles(
        evaluationProtocol: documents.evaluationProtocol, modelCard: documents.modelCard,
        submissions: submissions, bundle: documents.bundle, study: study, storedMatrix: stored)
    } catch {
      let file = (error as? MatrixError)?.file ?? BundlePath.matrixFolder
      add(.refused, rule: "matrix", file: file, "\(error)", BundleVerification.askForAgreement)
      return nil
    }
    var agrees = compareMatrix(files, derived)
    if files[BundlePath.gates] != derived.gates {
      disagrees("verdicts", BundlePath.gates, "verdicts are not what the matrix and the protocol give")
      agrees = false
    }
    if documents.bundle.renderer != reportRenderer {
      confirm("page not re-checked: it was made by another renderer")
    } else if files[BundlePath.report] != derived.report {
      disagrees("report", BundlePath.report, "the page is not what the bundle's content gives")
      agrees = false
    }
    if !compareReviews(files, derived, isRendered: documents.bundle.renderer == reportRenderer) {
      agrees = false
    }
    if agrees { confirm("matrix, verdicts and page made again from the sites' files: equal") }
    return RoundEvidence(
      roundName: documents.bundle.place?.round, record: derived.record,
      modelCard: Digest(of: files[BundlePath.modelCard]), submissions: submissions,
      matrix: files.matrix + [(path: "gates.json", bytes: files[BundlePath.gates])],
      reviews: derived.reviews.map { ($0.page, files[BundlePath.review($0.page.gate)]) })
  }

  /// The review pages are those that the history asks for, and are what it gives.
  private mutating func compareReviews(_ files: BundleFiles, _ derived: DerivedFiles, isRendered: Bool)
    -> Bool
  {
    var unseen = files.reviews
    var agrees = true
    for (page, bytes) in derived.reviews {
      let path = BundlePath.review(page.gate)
      if !unseen.contains(path) {
        add(.refused, rule: "missingFile", file: path, "is missing", BundleVerification.askAgain)
        agrees = false
      } else if isRendered, files[path] != bytes {
        disagrees("report", path, "the page is not what the bundle's content gives")
        agrees = false
      }
      unseen.removeAll { $0.hasSameBytes(as: path) }
    }
    for path in unseen {
      add(
        .refused, rule: "unknownFile", file: path, "the history asks for no such page",
        BundleVerification.askAgain)
      agrees = false
    }
    return agrees
  }

  private mutating func compareMatrix(_ files: BundleFiles, _ derived: DerivedFiles) -> Bool {
    var agrees = true
    for (path, bytes) in derived.matrix {
      let place = BundlePath.matrix(path)
      guard let stored = try? parseCanonicalJSON(files[place], limits: .submission),
        let fresh = try? parseCanonicalJSON(bytes, limits: .submission)
      else {
        disagrees("matrix", place, "cannot be compared")
        agrees = false
        continue
      }
      if let difference = firstDifference(stored: stored, recomputed: fresh) {
        disagrees("recomputation", place, "\(difference) is not what the sites' files give")
        agrees = false
      }
    }
    return agrees
  }

  private mutating func disagrees(_ rule: String, _ file: String, _ message: String) {
    add(.refused, rule: rule, file: file, message, BundleVerification.askForAgreement)
  }
}

extension MatrixError {
  /// The file in the bundle that is wrong.
  fileprivate var file: String {
    switch self {
    case .syntax(let path, _), .document(let path, _), .misplaced(let path), .missing(let path):
      BundlePath.matrix(path)
    }
  }
}
