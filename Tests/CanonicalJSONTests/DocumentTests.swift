import CanonicalJSON
import Testing

private enum Phase: String, CaseIterable { case silent, limited, broad }

@Suite struct DocumentTests {
  private func message(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return "\(error)" }
  }

  @Test func errorsNameThePathAndTheKindButNotTheValue() throws {
    let document: JSONValue = ["phases": [["criteria": [["limit": "secret-value"]]]]]
    var root = try DocumentField(document).object()
    var phase = try root.required("phases").array(maximum: 3)[0].object()
    var criterion = try phase.required("criteria").array(maximum: 3)[0].object()
    let limit = try criterion.required("limit")
    #expect(limit.path == "phases[0].criteria[0].limit")
    let text = message { _ = try limit.integer(in: 0...1) }
    #expect(text == "phases[0].criteria[0].limit: a string instead of an integer")
    #expect(message { _ = try limit.decimal() }?.contains("secret") == false)
  }

  @Test func missingAndUnknownKeysAreNamed() throws {
    var object = try DocumentField(["a": 1, "extra": 2, "more": 3]).object()
    #expect(message { _ = try object.required("b") } == "document: key b is missing")
    _ = try object.required("a")
    #expect(object.optional("c") == nil)
    #expect(message { try object.finish() } == "document: unknown keys extra, more")
    _ = object.optional("extra")
    _ = object.optional("more")
    #expect(throws: Never.self) { try object.finish() }
  }

  @Test func choicesListWhatIsAllowed() throws {
    #expect(try DocumentField("limited").choice(of: Phase.self) == .limited)
    let text = message { _ = try DocumentField("Limited", path: "phase").choice(of: Phase.self) }
    #expect(text == "phase: not one of silent, limited, broad")
  }

  @Test(arguments: ["a", "0", "north-2", String(repeating: "a", count: 63)])
  func identifiersAreAccepted(text: String) throws {
    #expect(try DocumentField(.string(text)).identifier() == text)
  }

  @Test(arguments: ["", "-a", "A", "a_b", "a.b", "é", "a/b", String(repeating: "a", count: 64)])
  func otherIdentifiersAreRefused(text: String) {
    #expect(throws: DocumentError.self) { try DocumentField(.string(text)).identifier() }
  }

  @Test(arguments: ["0", "-1", "170141183460469231731687303715884105727"])
  func bigIntegersAreAccepted(text: String) throws {
    #expect(try DocumentField(.string(text)).bigInteger() == Int128(text))
  }

  @Test(arguments: ["-0", "01", "+1", "", "1.0", "170141183460469231731687303715884105728", "1 "])
  func otherBigIntegersAreRefused(text: String) {
    #expect(throws: DocumentError.self) { try DocumentField(.string(text)).bigInteger() }
  }

  @Test func countsAreBounded() throws {
    let list = DocumentField([1, 2, 3], path: "list")
    #expect(try list.array(maximum: 3, minimum: 3).map(\.path) == ["list[0]", "list[1]", "list[2]"])
    #expect(throws: DocumentError.self) { try list.array(maximum: 2) }
    #expect(throws: DocumentError.self) { try list.array(maximum: 9, minimum: 4) }
    #expect(throws: DocumentError.self) { try DocumentField("").string() }
    #expect(throws: DocumentError.self) { try DocumentField("abc").string(maximum: 2) }
    #expect(try DocumentField("").string(minimum: 0).isEmpty)
    #expect(throws: DocumentError.self) { try DocumentField(5).integer(in: 6...9) }
  }

  @Test func kindsAreNotMixed() throws {
    #expect(throws: DocumentError.self) { try DocumentField(true).integer(in: 0...1) }
    #expect(throws: DocumentError.self) { try DocumentField(1).boolean() }
    #expect(throws: DocumentError.self) { try DocumentField([1]).object() }
    #expect(throws: DocumentError.self) { try DocumentField(1).time() }
    #expect(try DocumentField("2026-11-23T00:00:00Z").time().secondsSinceEpoch == 1_795_392_000)
    #expect(try DocumentField("0.250").fixed(scale: 3).units == 250)
    #expect(try DocumentField("0.25").decimal().value == 0.25)
  }
}
