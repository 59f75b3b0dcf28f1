import Aggregates
import CanonicalJSON
import EvaluationProtocols
import SiteEvaluation
import StudyFixtures
import Testing

@Suite struct ColumnTests {
  private func columnMissing(_ table: String, mapping: SiteMapping = SiteMapping()) -> String? {
    do { _ = try Study().evaluate(table, mapping: mapping) } catch SiteEvaluationError.table(
      .columnMissing(_, let column, _)
    ) {
      return column
    } catch { return "\(error)" }
    return nil
  }

  @Test func columnsMayStandInAnyOrderAndOthersAreNotLookedAt() throws {
    let result = try Study().evaluate("sex,other,y,score,pid\nF,\u{201C}any\u{201D},1,0.7,1\n")
    #expect(result.local.windows[0].overall.rows.positive == [0, 1])
  }

  @Test func filesMayDifferInTheOrderOfTheirColumns() throws {
    let result = try Study().evaluate("pid,score,y,sex\n1,0.7,1,F\n", "y,sex,extra,pid,score\n0,M,x,2,0.2\n")
    #expect(result.local.windows[0].overall.rows.positive == [0, 1])
    #expect(result.local.windows[0].overall.rows.negative == [1, 0])
    #expect(throws: SiteEvaluationError.self) {
      try Study().evaluate("pid,score,y,sex\n1,0.7,1,F\n", "pid,score,y\n2,0.2,0\n")
    }
  }

  @Test func missingColumnIsNamedBeforeAnyRowIsRead() {
    // The broken row would be refused if it were read.
    #expect(columnMissing("pid,score,sex\n1,0.1,F\n\"") == "y")
    #expect(columnMissing("pid,y,sex\n") == "score")
    #expect(columnMissing("Pid,y,sex,score\n") == "pid")
    #expect(columnMissing("pid,y,sex,score\n") == nil)
  }

  @Test func mappingRenamesColumnsAndCodes() throws {
    let mapping = SiteMapping(columns: [
      SiteMapping.Column(column: "score", from: "RISK"), SiteMapping.Column(column: "pid", from: "MRN"),
      SiteMapping.Column(
        column: "sex", from: "SEX",
        codes: [SiteMapping.Code(from: "2", to: "F"), SiteMapping.Code(from: "9", to: "")]),
      SiteMapping.Column(column: "y", from: "DIED", codes: [SiteMapping.Code(from: "", to: "0")]),
    ])
    let result = try Study().evaluate(
      "MRN,RISK,SEX,DIED,sex\n1,0.7,2,1,M\n2,0.2,9,,M\n3,0.2,M,0,M\n4,0.2,F,0,M\n", mapping: mapping)
    let window = result.local.windows[0]
    #expect(window.attributes[0].map(\.rows.total) == [2, 1, 1])
    #expect(window.overall.rows.negative == [3, 0])
    #expect(window.overall.rows.unlabelled == [0, 0])
  }

  @Test func mappingToAColumnThatIsNotThereIsRefused() {
    let mapping = SiteMapping(columns: [SiteMapping.Column(column: "unused", from: "GONE")])
    #expect(columnMissing("pid,y,sex,score\n", mapping: mapping) == "GONE")
    let renamed = SiteMapping(columns: [SiteMapping.Column(column: "y", from: "DIED")])
    #expect(columnMissing("pid,y,sex,score\n", mapping: renamed) == "DIED")
  }

  @Test func errorsShowNoCell() throws {
    let secret = "SMITH-7761"
    let tables = [
      "pid,score,sex\n\(secret),0.1,F\n", "\(secret),\(secret)\n\(secret),1\n",
      "pid,y,sex,score\n1,\"\(secret)",
      "pid,y,sex,score\n\(secret)\n", "\(secret)\"x\n",
      "pid,y,sex,score\n\(secret),\(String(repeating: secret, count: 200_000)),F,1\n",
    ]
    for table in tables {
      let error = #expect(throws: SiteEvaluationError.self) { try Study().evaluate(table) }
      let texts = [try #require(error).description, try #require(error).remedy]
      #expect(!texts.contains { $0.contains(secret) })
    }
  }

  @Test func oneFileGivenTwiceIsRefused() throws {
    let table = "pid,y,sex,score\n1,1,F,0.1\n"
    #expect {
      try Study().evaluate(table, table)
    } throws: {
      guard case SiteEvaluationError.sameFileTwice = $0 else { return false }
      return true
    }
  }

  @Test func siteModelAndPolicyAreCheckedFirst() throws {
    var study = Study()
    #expect(throws: SiteEvaluationError.policy(.unexplained(5))) {
      try study.evaluate("", policy: SitePolicy(minimumCell: 5, lowering: nil))
    }
    let evaluationProtocol = try study.evaluationProtocol
    study.artifact = Array(study.artifact.reversed())
    let model = SiteModel(artifact: study.artifact, features: nil)
    for (site, files) in [("here", ["/absent"]), ("elsewhere", ["/absent"]), ("here", [])] {
      let error = #expect(throws: SiteEvaluationError.self) {
        try evaluate(
          files: files, declaredAs: Study.declaration(), under: evaluationProtocol, model: model, site: site,
          policy: .standard)
      }
      switch try #require(error) {
      case .model: #expect(site == "here" && !files.isEmpty)
      case .unknownSite("elsewhere"): #expect(site == "elsewhere")
      case .noFiles: #expect(files.isEmpty)
      default: Issue.record("\(site)")
      }
    }
  }
}
