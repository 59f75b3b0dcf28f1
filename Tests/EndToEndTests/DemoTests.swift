import Foundation
import TestSupport
import Testing

/// The README's demo, with the tools that the tests were built with.
@Suite struct DemoTests {
  /// The folder of the tools: they stand beside the test program.
  private static let tools = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path

  private func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: Repository.path("scripts/demo"))
    process.arguments = arguments + ["--tools", DemoTests.tools]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test(
    "the demo ends with the report and the bundle, and a tamperer is named",
    arguments: [["--study", "heart-disease"], ["--study", "synthetic-deterioration"]])
  func demoEndsWithReportAndBundle(arguments: [String]) throws {
    let result = try run(arguments)
    #expect(result.code == 0, "\(result.output.suffix(2000))")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.dropLast().last?.hasPrefix("report: .demo/\(arguments[1])/sealed/START-HERE.html") == true)
    #expect(lines.last?.hasPrefix("bundle: .demo/\(arguments[1])/sealed/") == true)
    #expect(lines.last?.hasSuffix(".evb.zip") == true)
    #expect(lines.contains { $0.contains("E2: signed by the roots you pinned") })
    #expect(lines.contains { $0.contains("wrong  sites/") && $0.contains("aggregate.json") })
  }

  @Test func unknownStudyIsUsage() throws {
    let result = try run(["--study", "nothing"])
    #expect(result.code == 2)
    #expect(result.output.contains("there is no study nothing"))
  }
}
