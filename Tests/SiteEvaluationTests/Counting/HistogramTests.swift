import Aggregates
import CanonicalJSON
import SiteEvaluation
import Testing

@Suite struct HistogramTests {
  private let study = Study(
    features: [
      [
        "column": "hr", "type": "number", "unit": "1/min", "lower": "20", "upper": "300",
        "missingValues": ["0"],
      ],
      ["column": "ward", "type": "category"],
    ],
    profiles: [
      ["of": "column", "id": "hr", "edges": ["60", "100"], "counts": [1, 1, 1, 1, 1]],
      ["of": "column", "id": "ward", "levels": ["A", "B"], "counts": [1, 1, 1, 1]],
    ])

  @Test func cellsAreBandsThenOtherThenMissing() throws {
    let result = try study.evaluate(
      """
      pid,score,y,sex,hr,ward
      a,0.1,0,F,59.9,A
      b,0.1,0,F,60,B
      c,0.1,0,F,100,C
      d,0.1,0,F,19,
      e,0.1,0,F,301,A
      f,0.1,0,F,fast,A
      g,0.1,0,F,0.0,A
      h,0.1,,F,,a
      i,0.1,0,F,300,B

      """)
    let histograms = result.local.windows[0].histograms
    #expect(histograms.map(\.column) == ["hr", "ward"])
    #expect(histograms[0].labelled == [1, 1, 2, 3, 1])
    #expect(histograms[0].unlabelled == [0, 0, 0, 0, 1])
    #expect(histograms[1].labelled == [4, 2, 1, 1])
    #expect(histograms[1].unlabelled == [0, 0, 1, 0])
  }

  @Test func patientIsCountedAtOneLabelledRowElseAtOneOther() throws {
    let result = try study.evaluate(
      """
      pid,score,y,sex,hr,ward
      a,0.1,0,F,120,B
      a,0.1,1,F,70,A
      a,0.1,,F,50,A
      b,0.1,,F,120,
      b,0.1,,F,70,B

      """)
    let heart = result.local.windows[0].histograms[0]
    #expect(heart.labelledPatients == [0, 1, 0, 0, 0])
    #expect(heart.unlabelledPatients == [0, 1, 0, 0, 0])
    let ward = result.local.windows[0].histograms[1]
    #expect(ward.labelledPatients == [1, 0, 0, 0])
    #expect(ward.unlabelledPatients == [0, 1, 0, 0])
  }

  @Test func bandsOfAnAttributeAreHalfOpenAndKnowWhatIsMissing() throws {
    var study = Study(features: [["column": "age", "type": "number", "missingValues": ["-1"]]])
    study.slices = [
      [
        "attribute": "age", "column": "age", "bands": ["50", "65.5"],
        "levels": [
          ["level": "young", "label": "y"], ["level": "middle", "label": "m"],
          ["level": "old", "label": "o"],
        ],
      ]
    ]
    let result = try study.evaluate(
      "pid,score,y,age\n1,0,0,49.99\n2,0,0,50\n3,0,0,65.49\n4,0,0,65.5\n5,0,0,\n6,0,0,-1\n7,0,0,x\n8,0,0,1e2\n"
    )
    #expect(result.local.windows[0].attributes[0].map(\.rows.total) == [1, 2, 2, 3])
  }
}
