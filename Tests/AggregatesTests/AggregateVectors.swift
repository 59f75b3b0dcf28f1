import Aggregates
import CanonicalJSON
import EvaluationProtocols
import TestSupport
import Testing

/// The files of `protocols/vectors/aggregate`: rows, and what another program releases of them.
enum AggregateVectors {
  static func names(_ folder: String) throws -> [String] {
    try folderNames(Repository.path("protocols/vectors/aggregate/\(folder)")).filter { $0 != "expected.json" }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try fileBytes(Repository.path("protocols/vectors/aggregate/\(name)"))
  }

  /// What the reader says of each file of `reject`.
  static func expected() throws -> [(name: String, words: String)] {
    guard case .object(let members) = try parseForeignJSON(try bytes("reject/expected.json"), limits: .small)
    else { return [] }
    return members.compactMap { member in
      if case .string(let words) = member.value { (member.key, words) } else { nil }
    }
  }

  /// The protocol under which a vector stands; the first two letters of its name are its number.
  static func evaluationProtocol(of name: String) throws -> EvaluationProtocol {
    try EvaluationProtocol.parse(
      encodeCanonicalJSON(try parse("input/\(name.prefix(2)).json").member("protocol")))
  }

  /// A vector's rows, released by the product.
  static func release(_ name: String) throws -> ReleasableAggregate {
    let input = try parse("input/\(name)")
    let evaluationProtocol = try evaluationProtocol(of: name)
    let rows = try input.member("rows").elements.map(TestRow.init(vector:))
    var excluded: [String: (rows: Int, patients: Int)] = [:]
    if case .object(let reasons) = try input.member("excluded") {
      for reason in reasons.members {
        excluded[reason.key] = (try reason.value.elements[0].number, try reason.value.elements[1].number)
      }
    }
    let policy = try DisclosurePolicy(
      site: SitePolicy(
        minimumCell: try input.member("minimumCell").number,
        lowering: SitePolicy.Lowering(person: "someone", reason: "a test")),
      dataClass: .synthetic, protocol: evaluationProtocol)
    let unscored = try input.member("unscored").elements.map(TestUnscored.init(vector:))
    let explained = try input.elements(ifThere: "explained").map { entry in
      let parts = try entry.elements[1].elements.map { try #require(Double($0.text)) }
      return (row: try entry.elements[0].number, parts: parts)
    }
    return count(
      rows, unscored: unscored, explained: explained, excluded: excluded, under: evaluationProtocol
    )
    .release(under: evaluationProtocol, policy: policy)
  }

  private static func parse(_ name: String) throws -> JSONValue {
    try parseCanonicalJSON(try bytes(name), limits: .submission)
  }
}

extension TestRow {
  /// `[patient, window, class, score, levels, cells]`; then `[response, acknowledgement]` where there was an alert, or,
  /// under a protocol with a baseline, its score, empty for none.
  fileprivate init(vector: JSONValue) throws {
    let fields = vector.elements
    try #require((6...7).contains(fields.count))
    patient = try fields[0].number
    window = try fields[1].number
    rowClass = try #require(RowClass.allCases.first { "\($0)" == fields[2].text })
    score = try #require(Double(fields[3].text))
    levels = try fields[4].elements.map { try $0.number }
    cells = try fields[5].elements.map { try $0.number }
    guard fields.count == 7 else { return }
    guard case .array(let alert) = fields[6] else {
      baseline = Double(fields[6].text)
      return
    }
    try #require(alert.count == 2)
    self.alert = TestAlert(response: try alert[0].number, acknowledgement: try alert[1].number)
  }
}

extension JSONValue {
  fileprivate func elements(ifThere key: String) -> [JSONValue] {
    guard case .object(let object) = self else { return [] }
    return object.members.first { $0.key == key }?.value.elements ?? []
  }
}

extension TestUnscored {
  /// `[patient, window, reason, levels]`
  fileprivate init(vector: JSONValue) throws {
    let fields = vector.elements
    try #require(fields.count == 4)
    patient = try fields[0].number
    window = try fields[1].number
    isInvalid = fields[2].text == "scoreInvalid"
    levels = try fields[3].elements.map { try $0.number }
  }
}
