import Foundation

/// Programs we did not write, for tests that want a second opinion.
package enum OtherProgram {
  /// Where a program is, or nil. Tests that need it say `.enabled(if: OtherProgram.path("unzip") != nil)`.
  package static func path(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end and returns its exit status and what it wrote to standard output.
  package static func run(
    _ name: String, _ arguments: [String]
  ) throws -> (status: Int32, output: String) {
    guard let path = path(name) else { throw Missing(name: name) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// Thrown when a test runs a program it did not ask for first.
  package struct Missing: Error {
    package let name: String
  }
}
