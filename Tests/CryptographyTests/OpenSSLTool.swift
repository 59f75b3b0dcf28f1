import Foundation
import Testing

/// The `openssl` command line in a folder of its own: the other implementation that ours must agree with.
final class OpenSSLTool {
  let folder: String

  init() throws {
    let template = FileManager.default.temporaryDirectory.appendingPathComponent("equipoise-\(UUID())")
    try FileManager.default.createDirectory(at: template, withIntermediateDirectories: false)
    folder = template.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// Runs `openssl` with these arguments inside the folder; says whether it ended with 0, and what it wrote.
  func run(_ arguments: [String]) throws -> (succeeded: Bool, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus == 0, String(decoding: output, as: UTF8.self))
  }

  /// Runs `openssl` and stops the test when it fails.
  @discardableResult
  func require(_ arguments: String...) throws -> String {
    let (succeeded, output) = try run(arguments)
    try #require(succeeded, "openssl \(arguments): \(output)")
    return output
  }
}
