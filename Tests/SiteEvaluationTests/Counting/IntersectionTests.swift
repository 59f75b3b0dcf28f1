import Aggregates
import CanonicalJSON
import SiteEvaluation
import Statistics
import TestSupport
import Testing

/// Intersections are counted like levels, and stay at the site.
@Suite struct IntersectionTests {
  private let study: Study = {
    var study = Study()
    study.slices = [
      [
        "attribute": "sex", "column": "sex",
        "levels": [["level": "f", "label": "female", "codes": ["F"]]],
      ],
      [
        "attribute": "age", "column": "age", "bands": ["60"],
        "levels": [
          ["level": "young", "label": "below 60"], ["level": "old", "label": "from 60"],
        ],
      ],
    ]
    study.intersections = [
      [
        "id": "old-women",
        "levels": [
          ["attribute": "sex", "level": "f"], ["attribute": "age", "level": "old"],
        ],
      ],
      [
        "id": "young-women",
        "levels": [
          ["attribute": "age", "level": "young"], ["attribute": "sex", "level": "f"],
        ],
      ],
    ]
    return study
  }()
  private let table = """
    pid,score,y,sex,age
    a,0.2,0,F,70
    a,0.8,1,F,70
    b,0.8,1,F,50
    c,0.9,1,,80
    d,0.9,1,,
    e,0.6,,F,60

    """

  @Test func rowsStandInEachOfTheLevels() throws {
    let strata = try study.evaluate(table).local.windows[0].intersections
    #expect(strata.map(\.rows.positive) == [[0, 1], [0, 1]])
    #expect(strata.map(\.rows.negative) == [[1, 0], [0, 0]])
    #expect(strata.map(\.rows.unlabelled) == [[0, 1], [0, 0]])
    #expect(strata.map(\.distinctPatients) == [2, 1])
    #expect(strata.map(\.labelledPatients) == [1, 1])
    #expect(strata[0].ranks.sumPositive == 2)
  }

  @Test func theFileThatStaysShowsThemAndTheReleaseDoesNot() throws {
    let result = try study.evaluate(table)
    let stays = try parseCanonicalJSON(
      result.local.encodeForSite(under: study.evaluationProtocol, policy: result.policy), limits: .submission)
    let leaves = try parseCanonicalJSON(result.releasable.bytes, limits: .submission)
    func first(_ document: JSONValue) throws -> [JSONObject.Member] {
      guard case .object(let root) = document, case .array(let windows)? = root["windows"],
        case .object(let window) = windows[0], case .array(let entries)? = window["intersections"],
        case .object(let entry) = entries[0]
      else { return [] }
      return Array(entry.members)
    }
    #expect(try first(leaves).map(\.key) == ["intersection", "status"])
    let keys = try first(stays).map(\.key)
    #expect(keys.contains("positive") && keys.contains("edges") && !keys.contains("status"))
  }
}
