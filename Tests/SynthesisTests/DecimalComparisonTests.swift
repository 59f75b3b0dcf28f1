import CanonicalJSON
import Synthesis
import Testing

/// One unit of the last written place, and nothing else.
@Suite struct DecimalComparisonTests {
  private func differs(_ stored: JSONValue, _ recomputed: JSONValue) -> String? {
    let one = firstDifference(stored: stored, recomputed: recomputed)
    let other = firstDifference(stored: recomputed, recomputed: stored)
    #expect(one == other, "the comparison has a direction")
    return one
  }

  @Test(arguments: [
    ("0.123456789012", "0.123456789013"), ("0.999999999999", "1.000000000000"),
    ("-0.000000000001", "0.000000000000"), ("0.12345678", "0.12345679"), ("-1.00000000", "-1.00000001"),
  ])
  func oneUnitIsTolerated(_ left: String, _ right: String) {
    #expect(differs(["value": .string(left)], ["value": .string(right)]) == nil)
  }

  @Test(arguments: [
    ("0.123456789012", "0.123456789014"), ("0.12345678", "0.12345680"), ("0.000000000001", "-0.000000000001"),
    // Other scales: a result with 12 decimals is not one with 8.
    ("0.12345678", "0.123456780000"),
    // Thresholds and edges are texts, not results.
    ("0.5", "0.6"), ("0.25", "0.26"), ("1.0", "1.1"), ("0.001", "0.002"),
    ("0.12345678901", "0.12345678902"), ("a.00000001", "a.00000002"),
  ])
  func moreIsADifference(_ left: String, _ right: String) {
    #expect(differs(["value": .string(left)], ["value": .string(right)]) == "value")
  }

  @Test func countsAndStructureAreExact() {
    #expect(differs(["rows": 5], ["rows": 6]) == "rows")
    #expect(differs(["rows": 5], ["rows": "5"]) == "rows")
    #expect(differs([1, 2], [1, 2, 3]) == "")
    #expect(firstDifference(stored: ["a": 1], recomputed: ["b": 1]) != nil)
    #expect(differs(["a": 1], ["a": 1, "b": 2]) == "")
    #expect(
      differs(
        ["rows": [["value": "0.00000000"], ["value": "0.00000002"]]],
        ["rows": [["value": "0.00000001"], ["value": "0.00000000"]]]) == "rows[1].value")
    #expect(differs(true, false) == "")
    #expect(differs(["a": true], ["a": true]) == nil)
  }
}
