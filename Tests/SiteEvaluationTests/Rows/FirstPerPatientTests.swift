import Aggregates
import CanonicalJSON
import SiteEvaluation
import Testing

@Suite struct FirstPerPatientTests {
  private let study = Study(
    rules: [
      ["kind": "equals", "column": "in", "value": "1"], ["kind": "firstPerPatient", "by": "n"],
    ])

  @Test func smallestNumberAmongTheRowsLetInIsKept() throws {
    let result = try study.evaluate(
      """
      pid,in,n,score,y,sex
      a,1,10,0.9,1,F
      a,1,9,0.1,0,F
      a,0,1,0.9,1,F
      b,1,x,0.9,1,F
      b,1,,0.9,1,F
      b,1,-2.5,0.2,0,M
      c,1,1,bad,1,F
      c,1,2,0.9,1,F

      """)
    // Patient c's first row has no score; a later one does not take its place.
    #expect(
      result.local.flow.table == ["cohortRule1": [1, 1], "cohortRule2": [4, 3], "scoreInvalid": [1, 1]])
    #expect(result.local.windows[0].overall.rows.negative == [2, 0])
    #expect(result.local.windows[0].overall.rows.positive == [0, 0])
  }

  @Test func tiesAreBrokenByContentNotByPosition() throws {
    let rows = ["a,1,1,0.9,1,F", "a,1,1,0.2,1,M", "a,1,1,0.2,0,M", "a,1,1.0,0.2,1,F", "a,1,1,,1,F"]
    var seen: Set<[UInt8]> = []
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [3, 1, 4, 0, 2]] {
      let table = (["pid,in,n,score,y,sex"] + order.map { rows[$0] }).joined(separator: "\n")
      let result = try study.evaluate(table)
      // The lowest score, then the class: positive comes first; then the first level.
      #expect(result.local.windows[0].overall.rows.positive == [1, 0])
      #expect(result.local.windows[0].attributes[0].map(\.rows.total) == [1, 0, 0])
      #expect(result.local.flow.table == ["cohortRule2": [4, 1]])
      seen.insert(
        result.local.encodeForSite(under: try study.evaluationProtocol, policy: result.policy))
    }
    #expect(seen.count == 1)
  }
}
