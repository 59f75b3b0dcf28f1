/// Where things are in this repository, for tests that read vectors, schemas and examples.
package enum Repository {
  /// The folder that holds `Package.swift`, without a trailing slash.
  package static var root: String {
    // Tests/TestSupport/Repository.swift: three components below the root.
    let components = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return components.dropLast(3).joined(separator: "/")
  }

  /// A path below the repository's root.
  package static func path(_ relative: String) -> String { root + "/" + relative }
}
