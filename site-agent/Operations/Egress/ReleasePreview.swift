import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Submissions

/// What a person sees before bytes leave: the bytes, and what they say in a few words.
package struct ReleasePreview: Sendable {
  package let item: OutboxItem
  package let record: AssignmentRecord
  /// Exactly what will be sent.
  package let content: [UInt8]
  /// What leaves, in plain words.
  package let lines: [String]
  /// What is different from the previous release.
  package let changes: [String]

  /// Reads a package out of the store and explains it.
  ///
  /// - Throws: `AgentError.unknownAssignment`, `.nothingToPreview`, `.unknownPackage`.
  package init(_ assignment: String, in store: SiteStore) async throws {
    guard let record = try await store.assignment(assignment) else {
      throw AgentError.unknownAssignment(assignment)
    }
    guard let item = try await store.outbox(assignment) else {
      throw AgentError.nothingToPreview(assignment: assignment, state: record.state.rawValue)
    }
    guard let content = try await store.body(item.package), Digest(of: content) == item.package,
      let stored = try await store.protocolDocument(record.evaluationProtocol)
    else { throw AgentError.unknownPackage(item.package) }
    let evaluationProtocol = try stored.parsed()
    let now = try Self.counts(in: content, under: evaluationProtocol)
    self.record = record
    self.item = item
    self.content = content
    lines = try now.lines(of: content, evaluationProtocol: evaluationProtocol)

    var changes: [String] = []
    if let earlier = try await store.previousRelease(before: item) {
      if let bytes = try await store.body(earlier.package),
        let document = try await store.assignment(earlier.assignment).map(\.evaluationProtocol),
        let stored = try await store.protocolDocument(document)
      {
        changes = now.changes(
          since: try Self.counts(in: bytes, under: stored.parsed()),
          sameCounts: earlier.aggregate == item.aggregate)
      }
    } else {
      changes = ["this is the first release of this study"]
    }
    self.changes = changes
  }

  private static func counts(
    in package: [UInt8], under evaluationProtocol: EvaluationProtocol
  ) throws -> ReleasedCounts {
    let files = try SubmissionFiles.parsePackage(package)
    let checked: CheckedAggregate
    do { checked = try CheckedAggregate.parse(files.aggregate, under: evaluationProtocol) } catch {
      throw SubmissionError.aggregate(error)
    }
    return ReleasedCounts(checked.content, files: files)
  }
}

/// How many strata a release shows and how many it holds back.
private struct ReleasedCounts {
  let files: SubmissionFiles
  let windows: Int
  let released: Int
  let withheld: Int
  let minimumCell: Int
  let dataClass: String
  let lowering: SitePolicy.Lowering?
  let content: AggregateContent

  init(_ content: AggregateContent, files: SubmissionFiles) {
    self.files = files
    let slices = content.windows.flatMap { window in
      [window.overall] + window.attributes.flatMap(\.levels)
    }
    windows = content.windows.count
    released = slices.count { $0.stratum != nil }
    withheld = slices.count { $0 == .withheld }
    minimumCell = content.policy.minimumCell
    dataClass = content.policy.dataClass.rawValue
    lowering = content.policy.lowering
    self.content = content
  }

  func lines(of package: [UInt8], evaluationProtocol: EvaluationProtocol) throws -> [String] {
    let context = try SiteContext.parse(files.context)
    var lines = [
      "what leaves: counts after disclosure control, what you said about the dataset, and two signatures",
      "study: \(evaluationProtocol.study.title) (\(evaluationProtocol.id) version \(evaluationProtocol.version))",
      "dataset: \(context.dataset), \(dataClass), extracted \(context.extractedAt)",
      "smallest group: \(minimumCell)",
      "groups over \(windows) windows: \(released) leave, \(withheld) withheld",
    ]
    lines += content.parts(under: evaluationProtocol).map { "also: \($0.line)" }
    lines += [
      "bytes: \(package.count) (counts \(files.aggregate.count))"
    ]
    if let lowering { lines.append("lowered below 11 by \(lowering.person): \(lowering.reason)") }
    return lines
  }

  func changes(since earlier: ReleasedCounts, sameCounts: Bool) -> [String] {
    if sameCounts { return ["the counts are the same bytes as in the previous release: nothing new is told"] }
    var lines = [
      "groups that leave: \(released) now, \(earlier.released) in the previous release",
      "groups withheld: \(withheld) now, \(earlier.withheld) then",
    ]
    if minimumCell != earlier.minimumCell {
      lines.append("smallest group: \(minimumCell) now, \(earlier.minimumCell) then")
    }
    if windows != earlier.windows { lines.append("windows: \(windows) now, \(earlier.windows) then") }
    return lines
  }
}
