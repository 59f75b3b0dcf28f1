import Foundation
import TestSupport
import Testing

/// SECURITY.md promises nothing that no test would notice: every test that it names exists.
@Suite struct SecurityPageTests {
  @Test func everyTestThatThePageNamesExists() throws {
    let page = String(decoding: try fileBytes(Repository.path("SECURITY.md")), as: UTF8.self)
    let named = Set(page.matches(of: /`([a-z][a-zA-Z]{15,})`/).map { String($0.output.1) })
    #expect(named.count > 40)
    var declared: Set<String> = []
    let files = FileManager.default.enumerator(atPath: Repository.path("Tests"))
    while let path = files?.nextObject() as? String {
      guard path.hasSuffix(".swift") else { continue }
      let text = String(decoding: try fileBytes(Repository.path("Tests/\(path)")), as: UTF8.self)
      declared.formUnion(text.matches(of: /func ([a-zA-Z]+)\(/).map { String($0.output.1) })
    }
    #expect(named.subtracting(declared).sorted() == [])
  }
}
