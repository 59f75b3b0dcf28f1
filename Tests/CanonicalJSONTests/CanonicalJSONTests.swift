import CanonicalJSON
import Foundation
import Testing

@Suite struct CanonicalJSONTests {
  private func parse(_ text: String) throws -> JSONValue {
    try parseCanonicalJSON(Array(text.utf8), limits: .small)
  }

  @Test func literalsWriteSortedCanonicalBytes() {
    let value: JSONValue = ["size": 3, "_type": "x\"\\", "list": [true, false, -1], "id": "é"]
    let text = String(decoding: encodeCanonicalJSON(value), as: UTF8.self)
    #expect(text == #"{"_type":"x\"\\","id":"é","list":[true,false,-1],"size":3}"#)
  }

  @Test func canonicalBytesReadBackAsTheSameValue() throws {
    let value: JSONValue = ["a": [1, ["b": "c"], [], [:]], "z": 9_007_199_254_740_991]
    #expect(try parseCanonicalJSON(encodeCanonicalJSON(value), limits: .small) == value)
  }

  @Test func draftInAnyOrderAndSpacingBecomesCanonical() throws {
    let draft = "\u{20}{\n  \"b\": [1,\t2],\r\n \"a\": \"\\u00e9\\/\" }\n"
    let value = try parseStrictJSON(Array(draft.utf8), limits: .small)
    #expect(String(decoding: encodeCanonicalJSON(value), as: UTF8.self) == #"{"a":"é/","b":[1,2]}"#)
  }

  @Test func draftStillRefusesDuplicateKeys() {
    #expect(throws: JSONError.self) {
      try parseStrictJSON(Array(#"{"a":1,"b":2,"a":1}"#.utf8), limits: .small)
    }
  }

  @Test func errorNamesLineAndColumn() {
    let error = #expect(throws: JSONError.self) {
      try parseStrictJSON(Array("{\n  \"a\": 1.5}".utf8), limits: .small)
    }
    #expect(error?.reason == .notAnInteger)
    #expect(error?.line == 2 && error?.column == 8 && error?.offset == 9)
    #expect(error?.description == "line 2, column 8 (byte 9): a number with a fraction or an exponent")
  }

  @Test func stringEqualityIsByBytes() {
    let composed: JSONValue = "\u{E9}"
    let decomposed: JSONValue = "e\u{301}"
    #expect(composed != decomposed)
    #expect(
      JSONObject(dictionaryLiteral: ("k", composed)) != JSONObject(dictionaryLiteral: ("k", decomposed)))
  }

  @Test func settingAKeyKeepsTheOrder() throws {
    var object: JSONObject = ["b": 1]
    object["c"] = 2
    object["a"] = 3
    object["b"] = nil
    #expect(object.members.map(\.key) == ["a", "c"])
    #expect(object["c"] == 2 && object["b"] == nil)
  }

  @Test func bytesOverTheLimitAreRefusedUnread() {
    let limits = JSONLimits(maximumBytes: 4, maximumValues: 10)
    #expect(throws: JSONError.self) { try parseCanonicalJSON(Array("12345".utf8), limits: limits) }
    #expect(throws: Never.self) { try parseCanonicalJSON(Array("1234".utf8), limits: limits) }
  }

  @Test func valuesOverTheLimitAreRefused() throws {
    let limits = JSONLimits(maximumBytes: 100, maximumValues: 3)
    #expect(try parseCanonicalJSON(Array("[1,2]".utf8), limits: limits) == [1, 2])
    let error = #expect(throws: JSONError.self) {
      try parseCanonicalJSON(Array("[1,2,3]".utf8), limits: limits)
    }
    #expect(error?.reason == .tooManyValues(limit: 3))
  }

  @Test func nestingStopsAtTheLimitEvenForAMegabyteOfBrackets() throws {
    let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    _ = try parse(deep)
    let bomb = [UInt8](repeating: 0x5B, count: 1 << 20)
    let error = #expect(throws: JSONError.self) {
      try parseCanonicalJSON(
        bomb, limits: JSONLimits(maximumBytes: 1 << 21, maximumDepth: .max, maximumValues: .max))
    }
    #expect(error?.reason == .tooDeep(limit: JSONLimits.deepestNesting))
  }

  @Test func stringsOverTheLimitAreRefusedWithAndWithoutEscapes() throws {
    let limits = JSONLimits(maximumBytes: 100, maximumValues: 3, maximumStringBytes: 4)
    #expect(try parseCanonicalJSON(Array(#""abcd""#.utf8), limits: limits) == "abcd")
    for text in [#""abcde""#, #""abcd\"""#] {
      let error = #expect(throws: JSONError.self) {
        try parseCanonicalJSON(Array(text.utf8), limits: limits)
      }
      #expect(error?.reason == .stringTooLong(limit: 4))
    }
  }

  @Test func everyPrefixOfADocumentIsRefused() {
    let whole = Array(#"{"a":[true,false,{"b":"x\"é"}],"c":-12,"d":"z"}"#.utf8)
    for length in 0..<whole.count {
      #expect(throws: JSONError.self) {
        try parseCanonicalJSON(Array(whole.prefix(length)), limits: .small)
      }
    }
  }

  @Test func everyAcceptedByteChangeStaysCanonical() {
    let whole = Array(#"{"a":[true,{"b":"x\"é"}],"c":-12}"#.utf8)
    var accepted = 0
    for index in whole.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = whole
        changed[index] = byte
        guard let value = try? parseCanonicalJSON(changed, limits: .small) else { continue }
        accepted += 1
        #expect(encodeCanonicalJSON(value) == changed)
      }
    }
    #expect(accepted > whole.count)
  }

  @Test func exampleOfThePageBecomesTheDocumentBelowIt() throws {
    let page = String(decoding: try Vectors.bytes("../json.md"), as: UTF8.self)
    let blocks = page.components(separatedBy: "```").filter { $0.hasPrefix("json\n") }
      .map { Array($0.dropFirst(5).utf8) }
    try #require(blocks.count == 2)
    let document = Array(blocks[1].dropLast())
    #expect(encodeCanonicalJSON(try parseStrictJSON(blocks[0], limits: .small)) == document)
    #expect(throws: Never.self) { try parseCanonicalJSON(document, limits: .small) }
  }
}
