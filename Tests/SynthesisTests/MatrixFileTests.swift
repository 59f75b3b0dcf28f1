import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Synthesis
import Testing

/// The matrix as files: written, read back and written again.
@Suite struct MatrixFileTests {
  private let study: SmallStudy
  private let matrix: ValidationMatrix
  private let files: [(path: String, bytes: [UInt8])]

  init() throws {
    study = try SmallStudy(windows: ["january", "february"])
    // One site with a withheld level, one with a merged threshold, one with everything; February is empty.
    let few =
      Row.spread(events: [0, 0, 0, 0, 1], nonEvents: [7, 4, 3, 2, 1], level: .female)
      + Row.spread(events: [2, 4, 3, 6, 6], nonEvents: [18, 9, 4, 5, 3], level: .male)
    let high = Row.spread(
      events: [0, 0, 3, 4, 5], nonEvents: [9, 8, 7, 5, 4], unlabelled: [0, 0, 0, 0, 1])
    matrix = try merge(
      [study.release("alpha", Hospital.alpha), study.release("beta", few), study.release("gamma", high)],
      under: study.evaluationProtocol)
    files = matrix.encode()
  }

  @Test func filesReadBackAreTheSameMatrix() throws {
    let read = try ValidationMatrix.parse(files, under: study.evaluationProtocol)
    #expect(read == matrix)
    #expect(read.encode().map(\.bytes) == files.map(\.bytes))
    #expect(files.map(\.path) == ["pooled.json", "sites/alpha.json", "sites/beta.json", "sites/gamma.json"])
  }

  @Test func orderOfTheFilesDoesNotMatter() throws {
    #expect(try ValidationMatrix.parse(files.reversed(), under: study.evaluationProtocol) == matrix)
  }

  @Test func numbersHaveTheirDecimals() throws {
    let text = String(decoding: files[0].bytes + files[1].bytes, as: UTF8.self)
    let decimals = text.split(separator: "\"").filter { $0.contains(".") && $0.first?.isNumber == true }
      .compactMap { $0.split(separator: ".").last?.count }
    #expect(Set(decimals).isSubset(of: [1, 8, 12]))
  }

  @Test func anotherProtocolIsRefused() throws {
    let other = try SmallStudy(windows: ["march", "april"])
    let error = #expect(throws: MatrixError.self) {
      try ValidationMatrix.parse(files, under: other.evaluationProtocol)
    }
    #expect(error?.description.contains("another protocol") == true)
  }

  @Test func pooledFileMustBeThere() {
    #expect(throws: MatrixError.missing("pooled.json")) {
      try ValidationMatrix.parse(Array(files.dropFirst()), under: study.evaluationProtocol)
    }
  }

  @Test func aSitesFileUnderAnotherNameIsRefused() {
    var moved = files
    moved[1].path = "sites/omega.json"
    #expect(throws: MatrixError.misplaced("sites/omega.json")) {
      try ValidationMatrix.parse(moved, under: study.evaluationProtocol)
    }
  }

  @Test func spacesAreRefused() {
    var spaced = files
    spaced[0].bytes.append(0x20)
    #expect(throws: MatrixError.self) {
      try ValidationMatrix.parse(spaced, under: study.evaluationProtocol)
    }
  }

  @Test(arguments: [
    // An unknown key, another word, a decimal short of a place, a reason that does not exist.
    (#""role":"validation""#, #""role":"validation","rule":"none""#),
    (#""role":"validation""#, #""role":"both""#),
    (#""value":"0."#, #""value":"0"#),
    (#"{"status":"withheld"}"#, #"{"status":"hidden"}"#),
    (#""status":"estimated""#, #""status":"guessed""#),
  ])
  func aFileThatSaysSomethingElseIsRefused(_ found: String, _ replacement: String) throws {
    for (index, file) in files.enumerated() where file.path.hasPrefix("sites/") {
      let text = String(decoding: file.bytes, as: UTF8.self)
      guard let range = text.firstRange(of: found) else { continue }
      var changed = files
      changed[index].bytes = Array(text.replacingCharacters(in: range, with: replacement).utf8)
      #expect(throws: MatrixError.self) {
        try ValidationMatrix.parse(changed, under: study.evaluationProtocol)
      }
      return
    }
    Issue.record("\(found) stands in no file")
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
