import Models
import Testing

@Suite struct CellTextsTests {
  @Test(arguments: [3, 8, 9, 300])
  func everyListedTextIsFoundAndNoOther(count: Int) {
    let texts = CellTexts((0..<count).map { "text \($0)" })
    for index in 0..<count { #expect(texts.place(of: Cell("text \(index)".utf8)) == index) }
    for other in ["", "text", "text \(count)", "TEXT 1", "text 1 "] {
      #expect(!texts.contains(Cell(other.utf8)))
    }
  }

  @Test func normalisationFormsAreDifferentTexts() {
    let texts = CellTexts(["Gen\u{E8}ve"])
    #expect(texts.contains(Cell("Gen\u{E8}ve".utf8)))
    #expect(!texts.contains(Cell("Gene\u{300}ve".utf8)))
  }

  @Test func firstOfEqualTextsCounts() {
    let texts = CellTexts([("a", 4), ("a", 5)])
    #expect(texts.place(of: Cell("a".utf8)) == 4)
  }
}
