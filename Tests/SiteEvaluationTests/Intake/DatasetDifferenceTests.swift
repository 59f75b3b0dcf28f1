import CanonicalJSON
import EvaluationProtocols
import SiteEvaluation
import Testing

@Suite struct DatasetDifferenceTests {
  private func compared(_ text: String, mapping: SiteMapping = SiteMapping()) throws -> ComparedDataset {
    ComparedDataset(profile: try inspected(text).profile, declaration: try clinical(mapping: mapping))
  }

  private func rows(_ count: Int = 100, _ row: (Int) -> String) -> String {
    "y,sex,sodium\n" + (0..<count).map(row).joined(separator: "\n")
  }

  private var plain: String { rows { "\($0 % 2),\($0 % 4 == 0 ? "F" : "M"),\(130 + $0 % 20)" } }

  private func changes(
    _ before: String, _ after: String, old: SiteMapping = SiteMapping(), new: SiteMapping = SiteMapping()
  ) throws -> [String] {
    try compareDatasets(
      compared(before, mapping: old), compared(after, mapping: new), label: Study().evaluationProtocol.label
    ).map { "\($0.kind.rawValue) \($0.subject ?? "-"): \($0.before) > \($0.after)" }
  }

  @Test func sameDatasetHasNotChanged() throws {
    #expect(try changes(plain, plain).isEmpty)
  }

  @Test func missingnessAndRangeAreNamedWithBoth() throws {
    let other = rows { "\($0 % 2),\($0 % 4 == 0 ? "F" : "M"),\($0 < 10 ? "" : String(130 + $0 % 25))" }
    let found = try changes(plain, other)
    #expect(found.contains("missingness sodium: 0.0 % > 10.0 %"))
    #expect(found.contains("ranges sodium: 130 to 149 > 130 to 154"))
  }

  @Test func prevalenceIsThatOfTheLabelledRows() throws {
    let other = rows { "\($0 < 20 ? "" : $0 < 40 ? "1" : "0"),\($0 % 4 == 0 ? "F" : "M"),\(130 + $0 % 20)" }
    #expect(try changes(plain, other).contains("prevalence y: 50.0 % > 25.0 %"))
  }

  @Test func categoriesThatCameAndWentAreNamed() throws {
    let other = rows { "\($0 % 2),\($0 % 4 == 0 ? "female" : "M"),\(130 + $0 % 20)" }
    let found = try changes(plain, other)
    #expect(found == ["categories sex=F: 25.0 % > not there", "categories sex=female: not there > 25.0 %"])
  }

  @Test func columnsThatCameAndWentAreNamed() throws {
    let found = try changes(plain, plain.replacing("sodium", with: "na"))
    #expect(found == ["schema sodium: integers > no such column", "schema na: no such column > integers"])
  }

  @Test func codeMappingIsComparedEntryByEntry() throws {
    let old = SiteMapping(columns: [
      .init(column: "sex", from: "SEX", codes: [.init(from: "1", to: "M"), .init(from: "9", to: "")])
    ])
    let new = SiteMapping(columns: [
      .init(column: "sex", from: "GENDER", codes: [.init(from: "1", to: "F")]),
      .init(column: "sodium", from: "sodium", unit: "mmol/l"),
    ])
    let found = try changes(plain, plain, old: old, new: new)
    #expect(
      found == [
        "mapping sex: from SEX > from GENDER", "mapping sex=1: read as M > read as F",
        "mapping sex=9: read as empty > as it is",
      ])
  }

  @Test func numbersThatMovedAreSeenThoughTheirRangeStays() throws {
    func text(_ power: Double) -> String {
      rows(2000) { index in
        var share = Double(index) / 1999
        if power == 2 { share *= share }
        return "\(index % 2),M,\(100 + share * 900)"
      }
    }
    let found = try changes(text(1), text(2))
    #expect(found.count == 1 && found[0].hasPrefix("ranges sodium: as it was > "))
  }
}
