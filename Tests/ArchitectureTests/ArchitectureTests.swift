import Foundation
import TestSupport
import Testing

/// The repository as it is, against the rules.
@Suite struct ArchitectureTests {
  private static let manifest = Manifest(
    text: (try? text("Package.swift")) ?? "")
  private static let sources = ["Sources", "site-agent", "coordinator"].flatMap(swiftFiles)
  private static let tests = swiftFiles("Tests")

  /// Files that are longer than 500 lines for a reason.
  private static let longFiles = [
    "Sources/Evidence/Bundle/EmbeddedSchemas.swift": "generated: the text of the published schemas"
  ]

  private static var programs: [Manifest.Target] { manifest.targets.filter { $0.kind != .tests } }

  private static func files(of target: Manifest.Target) -> [SourceFile] {
    (sources + tests).filter { $0.path.hasPrefix(target.folder + "/") }
  }

  @Test func repositoryIsSeen() {
    // Every other test here passes on an empty list.
    #expect(Self.programs.count >= 16)
    #expect(Self.manifest.targets.contains { $0.name == "Evidence" && $0.dependencies.contains("Gates") })
    #expect(Self.manifest.targets.contains { $0.folder == "site-agent/Evaluation" })
    #expect(Self.sources.contains { $0.path.hasPrefix("Sources/ServiceRuntime/") })
    #expect(Self.programs.allSatisfy { !Self.files(of: $0).isEmpty })
    let owned = Self.manifest.targets.flatMap(Self.files).map(\.path)
    let orphans = Self.sources.map(\.path).filter { !owned.contains($0) }
    #expect(orphans == [], "Swift files that belong to no target")
  }

  @Test func modulesImportOnlyWhatTheirRowAllows() {
    let faults = Self.programs.flatMap { target in
      Self.files(of: target).flatMap { Rules.forbiddenImports(of: $0, in: target.name) }
    }
    #expect(faults == [])
  }

  @Test func manifestDeclaresOnlyWhatTheTableAllows() {
    #expect(Self.programs.flatMap(Rules.forbiddenDependencies) == [])
  }

  @Test func everyImportIsDeclaredInTheManifest() {
    let faults = Self.manifest.targets.flatMap { target in
      Self.files(of: target).flatMap { Rules.undeclaredImports(of: $0, in: target) }
    }
    #expect(faults == [])
  }

  @Test func nobodyButTheSiteImportsWhatReadsPatientRows() {
    let outside = Self.sources.filter { !$0.path.hasPrefix("site-agent/") }
    #expect(outside.filter { $0.imports.contains("SiteEvaluation") }.map(\.path) == [])
  }

  @Test func noInputCanEndTheProcessOrBeReadTwoWays() {
    #expect(Self.sources.flatMap(Rules.forbiddenCode) == [])
  }

  @Test func everyUncheckedClaimHasItsProof() {
    #expect((Self.sources + Self.tests).flatMap(Rules.unprovenClaims) == [])
  }

  @Test func filesHoldOneIdea() {
    let all = Self.sources + Self.tests
    #expect(all.flatMap { Rules.overlong($0, exceptions: Self.longFiles) } == [])
    let outdated = Self.longFiles.keys.filter { path in !all.contains { $0.path == path } }
    #expect(outdated == [])
  }

  @Test func foldersHaveNamesThatSaySomething() {
    #expect((Self.sources + Self.tests).flatMap { Rules.namelessFolders(in: $0.path) } == [])
  }

  @Test func everyModuleHasTests() {
    let faults = Self.programs.flatMap {
      Rules.untested($0, files: Self.files(of: $0), tests: Self.tests)
    }
    #expect(faults == [])
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try fileBytes(Repository.path(path)), as: UTF8.self)
  }

  private static func swiftFiles(_ folder: String) -> [SourceFile] {
    let paths = FileManager.default.enumerator(atPath: Repository.path(folder))
    var files: [SourceFile] = []
    while let path = paths?.nextObject() as? String {
      guard path.hasSuffix(".swift"), let text = try? text("\(folder)/\(path)") else { continue }
      files.append(SourceFile(path: "\(folder)/\(path)", text: text))
    }
    return files.sorted { $0.path < $1.path }
  }
}
