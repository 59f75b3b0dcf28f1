import TestSupport
import Testing

@testable import Evidence

@Suite struct EmbeddedSchemasTests {
  @Test func bundlesCarryTheSchemasThatAreWrittenDown() throws {
    let folder = Repository.path("protocols/schemas")
    let names = try folderNames(folder).filter { $0.hasSuffix(".schema.json") }
    #expect(names.count == 12)
    #expect(embeddedSchemas.map(\.name) == names, "run scripts/embed-schemas")
    for (name, text) in embeddedSchemas {
      #expect(try fileBytes(folder + "/" + name) == Array(text.utf8), "\(name): run scripts/embed-schemas")
    }
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theScriptHasNothingToWrite() throws {
    let result = try OtherProgram.run("python3", [Repository.path("scripts/embed-schemas"), "--check"])
    #expect(result.status == 0)
  }
}
