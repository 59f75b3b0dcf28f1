import Aggregates
import CanonicalJSON
import EvaluationProtocols
import SiteEvaluation
import StudyFixtures
import TestSupport
import Testing

/// Reference profiles counted from tables (`protocols/profile.md`, section 2).
@Suite struct ReferenceTests {
  private func reference(_ study: Study, _ table: String) throws -> SiteReference {
    try withFiles([Array(table.utf8)]) { paths in
      try countReference(
        snapshot(of: paths, declaredAs: Study.declaration()).rows, under: study.evaluationProtocol,
        model: SiteModel(artifact: study.artifact, features: nil), policy: Study.lowPolicy)
    }
  }

  private let table = """
    pid,score,y,sex,t
    a,0.2,0,F,2020-01-01T00:00:00Z
    b,0.2,0,M,2020-01-01T00:00:00Z
    c,0.2,1,F,1999-01-01T00:00:00Z
    d,0.2,1,M,never
    e,0.7,0,F,2020-01-01T00:00:00Z
    f,0.7,0,M,2020-01-01T00:00:00Z
    g,0.7,1,F,2021-01-01T00:00:00Z
    h,0.7,1,M,2021-01-01T00:00:00Z
    i,0.7,1,M,2021-01-01T00:00:00Z

    """

  @Test func aDraftWithoutProfilesAsksForScoreAndAttributes() throws {
    let found = try reference(Study(), table)
    #expect(found.profile.reference == "r")
    #expect(
      found.profile.profiles == [
        DriftProfile(source: .score(edges: [try ExactDecimal(parsing: "0.5")]), counts: [4, 5]),
        DriftProfile(source: .attribute("sex"), counts: [4, 5, 0]),
      ])
    #expect(found.rowsRead == 9 && found.withheld == [])
  }

  @Test func rowsOfEveryTimeAreCountedWhateverTheDraftCounted() throws {
    var study = Study(profiles: [["of": "attribute", "id": "sex", "counts": [1, 2, 3]]])
    study.windows = [
      "kind": "dated", "column": "t",
      "list": [["id": "later", "start": "2030-01-01T00:00:00Z", "end": "2031-01-01T00:00:00Z"]],
    ]
    // A CUSUM and a comparator are of the study's windows; the reference has neither.
    study.analysis = ["cusum": ["oddsRatio": "2", "limit": "4.5", "runLength": 100]]
    study.baselineThresholds = ["3"]
    let found = try reference(study, table)
    #expect(found.profile.profiles.map(\.counts) == [[4, 5, 0]])
  }

  @Test func cohortAndPatientsCountAsInAnEvaluation() throws {
    // Two rows of one patient are not two patients: the level is too small.
    let rows = table + "i,0.7,0,,2020-01-01T00:00:00Z\ni,0.7,1,,2020-01-01T00:00:00Z\n"
    let found = try reference(Study(), rows)
    #expect(found.withheld.map(\.id) == ["sex"])
    var study = Study()
    study.rules = [["kind": "notEmpty", "column": "sex"]]
    #expect(try reference(study, rows).profile.profiles.map(\.id) == ["score", "sex"])
  }

  @Test func whereNothingMayLeaveTheReasonIsSaid() throws {
    let error = #expect(throws: SiteEvaluationError.self) {
      try reference(Study(), "pid,score,y,sex\na,0.2,0,F\nb,0.7,1,M\n")
    }
    #expect(error?.description.contains("sex: a level has rows") ?? false)
    #expect(error?.remedy.isEmpty == false)
  }

  @Test func theOrderOfRowsChangesNothing() throws {
    let lines = table.split(separator: "\n")
    let reversed = ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n") + "\n"
    let same = try reference(Study(), table).profile.encode() == reference(Study(), reversed).profile.encode()
    #expect(same)
  }

  @Test func theExampleStudysReferenceComesOutAsItsScriptCountedIt() throws {
    let folder = Repository.path("protocols/examples/heart-disease")
    let draft = try EvaluationProtocol.parse(fileBytes(folder + "/protocol.json"))
    let found = try countReference(
      snapshot(
        of: [folder + "/sites/cleveland/data.csv"],
        declaredAs: DatasetDeclaration.parse(fileBytes(folder + "/sites/cleveland/dataset.json"))
      ).rows, under: draft,
      model: SiteModel(
        artifact: fileBytes(folder + "/lr.json"), features: fileBytes(folder + "/features.json")),
      policy: SitePolicyFile.parse(fileBytes(folder + "/sites/cleveland/policy.json")))
    // `make_protocol.py` there counts with Python and none of our code.
    let same = found.profile == draft.drift.referenceProfile
    #expect(same, "the counts differ from those in the example's protocol")
  }
}
