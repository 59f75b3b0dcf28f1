import Testing

/// Each rule on a snippet that breaks it and one that does not: a check that can't fail checks nothing.
@Suite struct RulesTests {
  private func file(_ text: String, path: String = "Sources/Statistics/A.swift") -> SourceFile {
    SourceFile(path: path, text: text)
  }

  @Test(
    "every way to write an import is seen",
    arguments: [
      ("import Foundation", ["Foundation"]), ("package import Gates", ["Gates"]),
      ("@preconcurrency import Glibc", ["Glibc"]), ("  internal import struct Gates.Verdict", ["Gates"]),
      ("import Foundation.NSDate", ["Foundation"]), ("// import Foundation", []),
      ("let text = \"import Foundation\"", []), ("/* import A\nimport B */ import C", ["C"]),
      ("let important = 1", []), ("@testable import Evidence", ["Evidence"]),
    ])
  func importIsSeen(text: String, expected: [String]) {
    #expect(file(text).imports == expected)
  }

  @Test(
    "code is told from comments and strings",
    arguments: [
      ("a // b", "a     "), ("\"x\\\"y\" z", "       z"), ("#\"a\"b\"# c", "        c"),
      ("\"\\(f(\"x\"))\" d", "            d"), ("\"\"\"\n a \"b\"\n\"\"\" e", "   \n      \n    e"),
      ("\"open\nnext", "     \nnext"), ("/* a /* b */ c */ d", "                  d"), ("\"", " "),
    ])
  func literalsAreBlanked(text: String, expected: String) {
    #expect(file(text).code.joined(separator: "\n") == expected)
  }

  @Test func forbiddenImportIsFound() {
    let pure = file("import Glibc\nimport Foundation\nimport Gates")
    #expect(
      Rules.forbiddenImports(of: pure, in: "Statistics") == [
        "Sources/Statistics/A.swift imports Foundation, which Statistics may not",
        "Sources/Statistics/A.swift imports Gates, which Statistics may not",
      ])
    #expect(Rules.forbiddenImports(of: file("import Glibc\nimport Swift"), in: "Statistics") == [])
    #expect(Rules.forbiddenImports(of: file("import Glibc"), in: "Synthesis").count == 1)
    #expect(Rules.forbiddenImports(of: file(""), in: "Novelty").count == 1)
  }

  @Test func manifestIsReadAndItsMistakesAreFound() {
    let manifest = Manifest(
      text: """
        func module(_ name: String) {}
          targets: [
            module("Statistics", ["Gates"]),
            module("Gates"),
            tool("EvidenceTool", [
              "Evidence", "Gates",
            ], path: "Sources/EvidenceTool"),
            tests("GatesTests", ["Gates", "TestSupport"], exclude: ["Reference"]),
          ]
        """)
    #expect(manifest.targets.map(\.name) == ["Statistics", "Gates", "EvidenceTool", "GatesTests"])
    #expect(manifest.targets.map(\.dependencies.count) == [1, 0, 2, 2])
    #expect(manifest.targets.map(\.folder).last == "Tests/GatesTests")
    #expect(
      manifest.targets.prefix(3).flatMap(Rules.forbiddenDependencies)
        == ["Package.swift lets Statistics depend on Gates"])
    let importing = file("import Evidence\nimport Gates\nimport Statistics\nimport Glibc")
    #expect(
      Rules.undeclaredImports(of: importing, in: manifest.targets[2])
        == [
          "Sources/Statistics/A.swift imports Statistics, which Package.swift does not give to EvidenceTool"
        ])
  }

  @Test(
    "each forbidden word is found in code and ignored in prose",
    arguments: ["try! f()", "fatalError()", "x as! Int", "JSONDecoder()", "JSONSerialization.x"])
  func forbiddenWordIsFound(code: String) {
    #expect(Rules.forbiddenCode(in: file("let a = 1\n\(code)")).count == 1)
    #expect(Rules.forbiddenCode(in: file("// \(code)\nlet a = \"\(code)\"")) == [])
  }

  @Test func unprovenClaimIsFound() {
    let claim = "final class Key: @unchecked Sendable {"
    #expect(Rules.unprovenClaims(in: file("import A\n\(claim)")).count == 1)
    #expect(Rules.unprovenClaims(in: file("// Nothing writes to the key.\n\(claim)")) == [])
    #expect(Rules.unprovenClaims(in: file("/// Nothing writes.\n@frozen\n\(claim)")) == [])
    #expect(Rules.unprovenClaims(in: file("nonisolated(unsafe) var x = 1")).count == 1)
  }

  @Test func overlongFileIsFoundUnlessItIsExcused() {
    let long = file(String(repeating: "x\n", count: 501))
    #expect(Rules.overlong(long, exceptions: [:]).count == 1)
    #expect(Rules.overlong(long, exceptions: [long.path: "a table"]) == [])
    #expect(Rules.overlong(file(String(repeating: "x\n", count: 500)), exceptions: [:]) == [])
  }

  @Test func namelessFolderIsFound() {
    #expect(Rules.namelessFolders(in: "Sources/Gates/Utils/A.swift").count == 1)
    #expect(Rules.namelessFolders(in: "Sources/Common/A.swift").count == 1)
    #expect(Rules.namelessFolders(in: "Sources/Gates/Common.swift") == [])
  }

  @Test func untestedModuleIsFound() throws {
    let manifest = Manifest(text: "  targets: [ module(\"Gates\"), tool(\"EvidenceTool\", []) ]")
    let gates = try #require(manifest.targets.first)
    let code = [file("let a = 1", path: "Sources/Gates/A.swift")]
    let test = file("@Test func a() {}", path: "Tests/GatesTests/ATests.swift")
    let empty = file("// @Test", path: "Tests/GatesTests/ATests.swift")
    #expect(Rules.untested(gates, files: code, tests: []).count == 1)
    #expect(Rules.untested(gates, files: code, tests: [empty]).count == 1)
    #expect(Rules.untested(gates, files: code, tests: [test]) == [])
    #expect(
      Rules.untested(gates, files: [file("", path: "Sources/Gates/Placeholder.swift")], tests: []) == [])
    #expect(Rules.untested(manifest.targets[1], files: code, tests: []) == [])
  }
}
