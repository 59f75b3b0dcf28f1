/// The checks. Each takes what it judges as arguments and returns what is wrong, so that a test can show
/// that it does find something.
enum Rules {
  /// Imports that the layering table does not allow.
  static func forbiddenImports(of file: SourceFile, in module: String) -> [String] {
    guard let row = LayeringTable.rows[module] else {
      return ["\(module) has no row in the layering table"]
    }
    // The standard library is imported everywhere; naming it only settles whose name is meant.
    return file.imports.filter { $0 != "Swift" && !row.modules.contains($0) && !row.system.contains($0) }
      .map { "\(file.path) imports \($0), which \(module) may not" }
  }

  /// Imports of our own modules that the manifest does not declare for the target.
  static func undeclaredImports(of file: SourceFile, in target: Manifest.Target) -> [String] {
    let ours = Set(LayeringTable.rows.keys).union([
      "COpenSSL", "CSQLite", "CNGHTTP2", "CEpoll", "CCurl", "CLinux", "CZlib", "TestSupport",
    ])
    return file.imports.filter { ours.contains($0) && !target.dependencies.contains($0) }
      .map { "\(file.path) imports \($0), which Package.swift does not give to \(target.name)" }
  }

  /// Dependencies in the manifest that the layering table does not allow.
  static func forbiddenDependencies(of target: Manifest.Target) -> [String] {
    guard let row = LayeringTable.rows[target.name] else {
      return ["\(target.name) has no row in the layering table"]
    }
    return target.dependencies.subtracting(row.modules).sorted()
      .map { "Package.swift lets \(target.name) depend on \($0)" }
  }

  /// Ways to end the process on bad input, and decoders that read one document in two ways.
  static func forbiddenCode(in file: SourceFile) -> [String] {
    let words = ["try!", "fatalError(", "as!", "JSONDecoder", "JSONSerialization", ".unsafelyUnwrapped"]
    return file.code.enumerated().flatMap { number, line in
      words.filter { line.contains($0) }.map { "\(file.path):\(number + 1) uses \($0)" }
    }
  }

  /// Claims the compiler can't check that come without their sentence of proof: a comment that ends on the
  /// line before, attributes between.
  static func unprovenClaims(in file: SourceFile) -> [String] {
    let lines = file.lines
    return file.code.enumerated().compactMap { number, line in
      guard line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") else { return nil }
      let above = lines[..<number].reversed().first { !$0.trimmed.hasPrefix("@") }
      if let above, above.trimmed.hasPrefix("//") { return nil }
      return "\(file.path):\(number + 1) claims safety without a comment that proves it"
    }
  }

  /// A file that became more than one idea.
  static func overlong(_ file: SourceFile, limit: Int = 500, exceptions: [String: String]) -> [String] {
    let count = file.text.last == "\n" ? file.lines.count - 1 : file.lines.count
    guard count > limit, exceptions[file.path] == nil else { return [] }
    return ["\(file.path) has \(count) lines, more than \(limit)"]
  }

  /// Names that promise nothing.
  static func namelessFolders(in path: String) -> [String] {
    let names: Set<Substring> = ["utils", "util", "utilities", "common", "helpers", "misc", "shared"]
    return path.lowercased().split(separator: "/").dropLast().filter { names.contains($0) }
      .map { "\(path) lies in a folder called \($0)" }
  }

  /// A module with code and without a test target that has a test in it.
  static func untested(
    _ target: Manifest.Target, files: [SourceFile], tests: [SourceFile]
  ) -> [String] {
    guard target.kind == .module, files.contains(where: { !$0.path.hasSuffix("/Placeholder.swift") }) else {
      return []
    }
    let folder = "Tests/\(target.name)Tests/"
    let hasTest = tests.contains { file in
      file.path.hasPrefix(folder) && file.code.contains { $0.contains("@Test") }
    }
    return hasTest ? [] : ["\(target.name) has no test in \(folder)"]
  }
}

extension Substring {
  fileprivate var trimmed: Substring { drop { $0 == " " || $0 == "\t" } }
}
