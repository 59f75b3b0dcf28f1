import CanonicalJSON
import Testing

@Suite struct ForeignJSONTests {
  @Test func numbersKeepTheirSpellingAndKeysTheirOrder() throws {
    let bytes = Array(#"{"z":1.50,"a":[null,-0,true,"\u0041"]}"#.utf8)
    guard case .object(let members) = try parseForeignJSON(bytes, limits: .small) else {
      Issue.record("not an object")
      return
    }
    #expect(members.map(\.key) == ["z", "a"])
    guard case .number("1.50") = members[0].value, case .array(let elements) = members[1].value,
      case .null = elements[0], case .number("-0") = elements[1], case .boolean(true) = elements[2],
      case .string("A") = elements[3]
    else {
      Issue.record("values changed: \(members)")
      return
    }
  }

  @Test func normalisationFormsAreDifferentKeys() throws {
    let bytes = Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)
    guard case .object(let members) = try parseForeignJSON(bytes, limits: .small) else {
      Issue.record("not an object")
      return
    }
    #expect(members.count == 2)
  }
}
