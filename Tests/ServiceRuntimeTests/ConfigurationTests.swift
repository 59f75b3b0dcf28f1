import CanonicalJSON
import ServiceRuntime
import TestSupport
import Testing

@Suite struct ConfigurationTests {
  private struct Settings: Equatable {
    let listen: ListenAddress
    let idle: Duration
    let store: String
    let port: Int?
  }

  private func load(_ text: String) throws -> Settings {
    try withTemporaryDirectory { folder in
      let path = folder + "/configuration.json"
      try writeFileAtomically(Array(text.utf8), to: path)
      return try loadConfiguration(path) { section in
        Settings(
          listen: try section.required("listen").address(),
          idle: try section.required("idleTimeout").duration(in: .seconds(1) ... .seconds(3600)),
          store: try section.required("store").path(relativeTo: "/etc/equipoise"),
          port: try section.optional("port")?.port())
      }
    }
  }

  private func problem(_ text: String) throws -> ConfigurationError? {
    do {
      _ = try load(text)
      return nil
    } catch let error as ConfigurationError { return error }
  }

  @Test func fileIsReadInAnyOrderOfKeys() throws {
    let settings = try load(
      #"{ "store": "state.db", "listen": "[::1]:8443", "idleTimeout": "15min", "port": 443 }"#)
    #expect(settings.listen == ListenAddress(host: "::1", port: 8443))
    #expect(settings.listen.description == "[::1]:8443")
    #expect(settings.idle == .seconds(900) && settings.port == 443)
    #expect(settings.store == "/etc/equipoise/state.db")
    #expect(try load(#"{"idleTimeout":"1s","listen":"0.0.0.0:0","store":"/v/a"}"#).store == "/v/a")
  }

  @Test func unknownKeyIsRefusedAndTheLikelyOneNamed() throws {
    let unknown = try problem(#"{"idleTimeout":"1s","listen":"0.0.0.0:0","store":"/v/a","prot":1}"#)
    #expect(unknown?.problem == "document: unknown key prot")
    #expect(unknown?.remedy == "did you mean port?")
    let mistyped = try problem(#"{"idelTimeout":"1s","listen":"0.0.0.0:0","store":"/v/a"}"#)
    #expect(mistyped?.problem == "document: unknown key idelTimeout")
    #expect(mistyped?.remedy == "did you mean idleTimeout?")
    let strange = try problem(#"{"idleTimeout":"1s","listen":"0.0.0.0:0","store":"/v/a","zzzzzz":1}"#)
    #expect(strange?.remedy == "remove what the format does not define, or check the spelling")
    let missing = try problem(#"{"listen":"0.0.0.0:0","store":"/v/a"}"#)
    #expect(missing?.problem == "document: key idleTimeout is missing")
  }

  @Test func errorNamesTheFileAndThePlace() throws {
    let error = try problem(#"{"idleTimeout":"1","listen":"0.0.0.0:0","store":"/v/a"}"#)
    #expect(error?.description.hasSuffix("/configuration.json: idleTimeout: not a length of time") == true)
    #expect(try problem("{")?.file.hasSuffix("/configuration.json") == true)
    #expect(throws: FileError.notFound("/nowhere/c.json")) { try loadConfiguration("/nowhere/c.json") }
  }

  @Test func fileThatIsTooLargeIsNotRead() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/c.json"
      try writeFileAtomically(Array("{}          ".utf8), to: path)
      #expect(throws: FileError.tooLarge(path, limit: 11)) { try loadConfiguration(path, maximumBytes: 11) }
      _ = try loadConfiguration(path, maximumBytes: 12)
    }
  }

  @Test(arguments: [
    ("250ms", Duration.milliseconds(250)), ("90s", .seconds(90)), ("15min", .seconds(900)),
    ("12h", .seconds(43_200)), ("7d", .seconds(604_800)), ("0s", .zero),
  ])
  func durationHasAUnit(text: String, expected: Duration) throws {
    #expect(try DocumentField(.string(text)).duration() == expected)
  }

  @Test(arguments: ["", "90", "s", "1.5h", "-1s", "1 s", "1m", "1S", "99999999999d", "400d", "٣s", "1sé"])
  func durationWithoutMeaningIsRefused(text: String) {
    #expect(throws: DocumentError.self) { try DocumentField(.string(text)).duration() }
  }

  @Test(arguments: [
    "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "localhost:1", "::1:1", "[127.0.0.1]:1", "[::1]:+1", ":1",
    "",
    "127.1:1", "[::1]1",
  ])
  func addressWithoutMeaningIsRefused(text: String) {
    #expect(throws: DocumentError.self) { try DocumentField(.string(text)).address() }
  }

  @Test func portAndPathAreChecked() throws {
    #expect(try DocumentField(1).port() == 1)
    for value: JSONValue in [0, 65_536, "443", -1] {
      #expect(throws: DocumentError.self) { try DocumentField(value).port() }
    }
    #expect(try DocumentField("a/b").path(relativeTo: "/") == "/a/b")
    for value: JSONValue in ["", "a\0b", "a\nb", 1] {
      #expect(throws: DocumentError.self) { try DocumentField(value).path(relativeTo: "/") }
    }
  }
}
