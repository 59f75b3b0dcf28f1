import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import SiteEvaluation
import StudyFixtures
import TestSupport
import Testing

/// The rows of `protocols/vectors/aggregate`, written as a hospital's table: read and counted by the product, they
/// release what a program in another language releases of them.
@Suite struct VectorCountingTests {
  @Test func rowsOfEveryVectorGiveTheWindowsOfAnotherProgram() throws {
    let folder = Repository.path("protocols/vectors/aggregate")
    let names = try folderNames(folder + "/input")
    var paired = 0
    var monitored = 0
    for name in names {
      let vector = try Vector(parseCanonicalJSON(fileBytes("\(folder)/input/\(name)"), limits: .submission))
      // An explanation is of a model; the scores of these rows come from none.
      if vector.asks(for: "explanation", in: "analysis") { continue }
      let released = try parseCanonicalJSON(vector.evaluate().releasable.bytes, limits: .submission)
      let expected = try parseCanonicalJSON(fileBytes("\(folder)/accept/\(name)"), limits: .submission)
      let isSame = try released.member("windows") == expected.member("windows")
      #expect(isSame, "\(name) is counted in another way")
      if vector.asks(for: "baseline") { paired += 1 }
      if vector.asks(for: "operations") { monitored += 1 }
    }
    #expect(names.count >= 80 && paired >= 13 && monitored >= 18)
  }
}

private struct Vector {
  let document: JSONObject
  let minimumCell: Int
  let rows: [[JSONValue]]
  /// `[patient, window, reason, levels]` of the rows without a usable score.
  let unscored: [[JSONValue]]
  /// Rows and patients left out for other reasons.
  let excluded: [(reason: String, rows: Int, patients: Int)]
  let artifact = Array(
    "{\"format\":\"recorded-score\",\"version\":1,\"column\":\"score\",\"system\":\"x\"}".utf8)

  init(_ value: JSONValue) throws {
    guard case .object(var document) = try value.member("protocol"),
      case .object(var model) = try value.member("protocol").member("model"),
      case .object(var data) = try value.member("protocol").member("data"),
      case .integer(let cell) = try value.member("minimumCell"),
      case .object(let excluded) = try value.member("excluded")
    else { throw VectorError.shape }
    model["artifact"] = .string(Digest(of: artifact).text)
    document["model"] = .object(model)
    // Some vectors have more unreadable rows than their protocol bears; what is counted is the same.
    data["maximumUnreadableShare"] = "1"
    document["data"] = .object(data)
    self.document = document
    minimumCell = Int(cell)
    rows = try value.member("rows").elements.map(\.elements)
    unscored = try value.member("unscored").elements.map(\.elements)
    self.excluded = excluded.members.map {
      ($0.key, rows: $0.value.elements[0].whole, patients: $0.value.elements[1].whole)
    }
  }

  func asks(for key: String) -> Bool { document.members.contains { $0.key == key } }

  func asks(for key: String, in section: String) -> Bool {
    guard case .object(let members)? = document.members.first(where: { $0.key == section })?.value else {
      return false
    }
    return members.members.contains { $0.key == key }
  }

  func evaluate() throws -> SiteEvaluationResult {
    let evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
    let declaration = DatasetDeclaration(
      id: "d", dataClass: .synthetic, source: "s", sourceVersion: "1",
      extractedAt: try UTCTime(parsing: "2026-01-01T00:00:00Z"), deidentification: "none", license: nil,
      mapping: SiteMapping())
    return try withFiles([Array(table(under: evaluationProtocol).utf8)]) { paths in
      try StudyFixtures.evaluate(
        files: paths, declaredAs: declaration, under: evaluationProtocol,
        model: SiteModel(artifact: artifact, features: nil), site: "here",
        policy: SitePolicy(
          minimumCell: minimumCell, lowering: SitePolicy.Lowering(person: "someone", reason: "a test")))
    }
  }

  private func table(under evaluationProtocol: EvaluationProtocol) -> String {
    let columns = VectorColumns(evaluationProtocol)
    var lines = rows.enumerated().map { columns.line(ofRow: "\($0)", $1) }
    lines += unscored.enumerated().map { columns.line(ofUnscored: "u\($0)", $1) }
    for (reason, rows, patients) in excluded {
      for number in 0..<rows {
        // A row that the cohort does not take has nothing in `row`; one that cannot be read has too few cells.
        lines.append(reason == "unreadable" ? "cut" : columns.line(outsideTheCohort: number % patients))
      }
    }
    return ([columns.header] + lines).joined(separator: "\n")
  }
}

/// The columns of a vector's table.
private struct VectorColumns {
  private let levels: [Int]
  private let values: [Int]
  private let hasBaseline: Bool
  private let hasOperations: Bool

  init(_ evaluationProtocol: EvaluationProtocol) {
    levels = evaluationProtocol.attributes.map(\.levels.count)
    values = evaluationProtocol.drift.columns.map(\.values.count)
    hasBaseline = evaluationProtocol.baseline != nil
    hasOperations = evaluationProtocol.operations != nil
  }

  var header: String {
    let start = ["row", "patient", "time", "label", "score"]
    return
      (start + levels.indices.map { "a\($0)" } + values.indices.map { "x\($0)" }
      + (hasBaseline ? ["b"] : []) + (hasOperations ? ["alert", "override", "acknowledged"] : []))
      .joined(separator: ",")
  }

  func line(ofRow id: String, _ fields: [JSONValue]) -> String {
    let label = ["positive": "1", "negative": "0"][fields[2].text] ?? ""
    var cells = [id, fields[0].text, time(fields[1]), label, fields[3].text] + levelCells(fields[4])
    // Beyond a profile's values stand other and missing.
    cells += zip(values, fields[5].elements).map { $1.whole < $0 ? $1.text : $1.whole == $0 ? "other" : "" }
    if hasBaseline { cells.append(fields[6].text) }
    if hasOperations { cells += operations(fields.count > 6 ? fields[6].elements.map(\.whole) : nil) }
    return cells.joined(separator: ",")
  }

  func line(ofUnscored id: String, _ fields: [JSONValue]) -> String {
    let score = fields[2].text == "scoreMissing" ? "" : "1.5"
    return padded([id, fields[0].text, time(fields[1]), "0", score] + levelCells(fields[3]))
  }

  func line(outsideTheCohort patient: Int) -> String {
    padded(["", "\(patient)", time(.integer(0)), "0", "0.5"])
  }

  private func time(_ window: JSONValue) -> String { "20\(10 + window.whole)-06-01T00:00:00Z" }

  // What stands beyond the last level is `missing`.
  private func levelCells(_ chosen: JSONValue) -> [String] {
    zip(levels, chosen.elements).map { $1.whole < $0 ? $1.text : "" }
  }

  // The edges of the times are 5 and 30 in every vector; the last cell is that of no acknowledgement.
  private func operations(_ alert: [Int]?) -> [String] {
    guard let alert else { return ["0", "", ""] }
    return ["1", alert[0] == 0 ? "1" : "0", ["4.9", "5", "30", ""][alert[1]]]
  }

  private func padded(_ cells: [String]) -> String {
    let width = 5 + levels.count + values.count + (hasBaseline ? 1 : 0) + (hasOperations ? 3 : 0)
    return (cells + Array(repeating: "", count: width - cells.count)).joined(separator: ",")
  }
}

private enum VectorError: Error { case shape }

extension JSONValue {
  fileprivate func member(_ key: String) throws -> JSONValue {
    guard case .object(let object) = self, let found = object.members.first(where: { $0.key == key }) else {
      throw VectorError.shape
    }
    return found.value
  }

  fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  fileprivate var whole: Int { if case .integer(let number) = self { Int(number) } else { 0 } }

  fileprivate var text: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    default: ""
    }
  }
}
