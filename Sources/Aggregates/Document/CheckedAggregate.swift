package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// An aggregate whose arithmetic identities hold and whose released counts obey its own policy: the only
/// thing that can be merged.
package struct CheckedAggregate: Sendable, Equatable {
  package let content: AggregateContent
  /// The canonical bytes of `aggregate.json`.
  package let bytes: [UInt8]
  /// SHA-256 of the bytes.
  package let digest: Digest

  /// Parses the bytes of an `aggregate.json` and checks them against the protocol.
  ///
  /// - Throws: `AggregateError` naming the place and what is wrong there.
  package static func parse(
    _ bytes: [UInt8], under evaluationProtocol: EvaluationProtocol
  ) throws(AggregateError) -> CheckedAggregate {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: .submission) } catch { throw .syntax(error) }
    let content: AggregateContent
    do {
      content = try AggregateContent(parsing: DocumentField(value), under: evaluationProtocol)
    } catch { throw .document(error) }
    try content.checkIdentity(under: evaluationProtocol)
    for window in content.windows {
      do {
        try WindowCheck(window: window, evaluationProtocol: evaluationProtocol, policy: content.policy).run()
      } catch {
        throw .identity(place: "window \(window.id), \(error.place)", rule: error.rule)
      }
    }
    try content.checkFlow()
    do { try UnscoredCheck(content: content).run() } catch {
      throw .identity(place: error.place, rule: error.rule)
    }
    return CheckedAggregate(content: content, bytes: bytes, digest: Digest(of: bytes))
  }
}

/// Why an aggregate was refused.
package enum AggregateError: Error, Equatable {
  case syntax(JSONError)
  case document(DocumentError)
  case otherProtocol(found: String, expected: String)
  case otherModel
  case unknownSite(String)
  case policyTooWeak(String)
  case identity(place: String, rule: String)
}

extension AggregateError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let error): "aggregate is not canonical JSON: \(error)"
    case .document(let error): "aggregate: \(error)"
    case .otherProtocol(let found, let expected): "aggregate cites protocol \(found), expected \(expected)"
    case .otherModel: "aggregate cites another model or feature definition than the protocol"
    case .unknownSite(let site): "aggregate is of site \(site), which the protocol does not list"
    case .policyTooWeak(let problem): "aggregate's disclosure policy: \(problem)"
    case .identity(let place, let rule): "aggregate contradicts itself: \(place): \(rule)"
    }
  }

  /// What whoever holds the file can do.
  package var remedy: String {
    switch self {
    case .syntax, .identity: "evaluate again; the file has been changed since the site wrote it"
    case .document(let error): error.remedy
    case .otherProtocol: "evaluate again under the current protocol"
    case .otherModel: "evaluate again with the model that the protocol names"
    case .unknownSite: "add the site in a new version of the protocol"
    case .policyTooWeak: "evaluate again under a policy that the data class allows"
    }
  }
}

extension AggregateContent {
  fileprivate func checkIdentity(under evaluationProtocol: EvaluationProtocol) throws(AggregateError) {
    guard protocolDigest == evaluationProtocol.digest else {
      throw .otherProtocol(found: protocolDigest.text, expected: evaluationProtocol.digest.text)
    }
    guard modelDigest == evaluationProtocol.model.artifact,
      featuresDigest == evaluationProtocol.model.features
    else { throw .otherModel }
    guard evaluationProtocol.site(site) != nil else { throw .unknownSite(site) }
    let restated: DisclosurePolicy
    do {
      restated = try DisclosurePolicy(
        site: SitePolicy(minimumCell: policy.minimumCell, lowering: policy.lowering),
        dataClass: policy.dataClass, protocol: evaluationProtocol)
    } catch { throw .policyTooWeak(error.description) }
    guard restated == policy else {
      throw .policyTooWeak("is not what the protocol and the stated minimum cell give")
    }
  }

  fileprivate func checkFlow() throws(AggregateError) {
    guard let flow = flow.value else { return }
    var shown = 0
    for exclusion in flow.exclusions {
      guard let rows = exclusion.rows.value else { continue }
      guard rows == 0 || rows >= policy.minimumCell else {
        throw .identity(place: "flow", rule: "\(exclusion.reason.id) is released below the minimum cell")
      }
      shown += rows
    }
    // What is withheld hides rows; a withheld window whose histograms show its labelled rows may hide no more.
    var hides = flow.exclusions.contains { $0.rows == .withheld }
    var mayHide = false
    for window in windows {
      switch window.overall {
      case .released(let stratum):
        shown += stratum.labelled + (stratum.unlabelled.value?.reduce(0, +) ?? 0)
        if stratum.unlabelled == .withheld { hides = true }
      case .withheld:
        if let cells = window.histograms.lazy.compactMap(\.cells.value).first {
          shown += cells.reduce(0) { $0 + $1.rows }
          mayHide = true
        } else {
          hides = true
        }
      case .empty: break
      }
    }
    let rest = flow.read - shown
    guard rest >= policy.minimumCell || (rest == 0 && !hides), rest == 0 || hides || mayHide else {
      throw .identity(place: "flow", rule: "rows read do not agree with rows excluded and evaluated")
    }
  }
}
