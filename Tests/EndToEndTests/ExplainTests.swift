import Foundation
import StudyFixtures
import TestSupport
import Testing

/// `site-agent score explain`: beside what the model made of a patient stands what its vendor says it is not for.
@Suite struct ExplainTests {
  private func explain(card: String?, json: Bool = false) throws -> Outcome {
    let example = HeartDiseaseStudy.folder
    return try Programs.run(
      "site-agent",
      [
        "score", "explain", "--row", "65", "--column", "age", "--protocol", example + "/protocol.json",
        "--model", example + "/lr.json", "--features", example + "/features.json", "--data",
        example + "/sites/budapest/data.csv", "--dataset", example + "/sites/budapest/dataset.json",
      ] + (card.map { ["--model-card", $0] } ?? []) + (json ? ["--json"] : []))
  }

  @Test func limitsOfTheModelCardStandBesideTheScore() throws {
    let outcome = try explain(card: HeartDiseaseStudy.folder + "/model-card.json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    for line in [
      "  intended use: To show how a model", "  caution: not a medical device",
      "  caution: data of 1981-1987",
      "  limitation: trained on 303 patients of one hospital",
    ] {
      #expect(outcome.output.contains(line), "\(line)")
    }
    #expect(!outcome.output.contains("the card is of version"))
  }

  @Test func cardOfAnotherVersionIsTold() throws {
    try withTemporaryDirectory { folder in
      let text = String(decoding: try HeartDiseaseStudy.file("model-card.json"), as: UTF8.self)
      let path = folder + "/card.json"
      try Data(text.replacing(#""version":"1""#, with: #""version":"2""#).utf8).write(to: URL(filePath: path))
      let outcome = try explain(card: path)
      #expect(outcome.output.contains("the card is of version 2, the protocol's model is of version 1"))
      let fields = try json(explain(card: path, json: true).output)
      #expect((fields["modelCard"] as? [String: Any])?["isOfThisVersion"] as? Bool == false)
    }
  }

  @Test func programsGetTheCardTooAndNothingWhereThereIsNone() throws {
    let with = try json(explain(card: HeartDiseaseStudy.folder + "/model-card.json", json: true).output)
    let card = try #require(with["modelCard"] as? [String: Any])
    #expect((card["cautions"] as? [String])?.count == 3 && (card["limitations"] as? [String])?.count == 2)
    #expect(card["isOfThisVersion"] as? Bool == true)
    #expect(try json(explain(card: nil, json: true).output)["modelCard"] == nil)
  }

  @Test func missingCardIsOneLineAndABadOneIsRefused() throws {
    #expect(try explain(card: nil).output.contains("the model card is not at this site"))
    let bad = try explain(card: HeartDiseaseStudy.folder + "/lr.json")
    #expect(bad.code == 3 && bad.errors.contains("hint: ") && bad.output.isEmpty)
  }
}
