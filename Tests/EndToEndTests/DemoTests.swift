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

  /// The demo's last lines, and what it says on the way.
  private func expectEnding(_ result: (code: Int32, output: String), in folder: String) {
    #expect(result.code == 0, "\(result.output.suffix(2000))")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.dropLast().last == "report: .demo/\(folder)/sealed/START-HERE.html")
    #expect(lines.last?.hasPrefix("bundle: .demo/\(folder)/sealed/") == true)
    #expect(lines.last?.hasSuffix(".evb.zip") == true)
    #expect(lines.contains { $0.contains("E2: signed by the roots you pinned") })
    #expect(lines.contains { $0.contains("wrong  sites/") && $0.contains("aggregate.json") })
  }

  @Test(
    "over the wire and from files, a study comes to the same aggregates, matrix and verdicts, byte for byte")
  func wireAndFilesAgree() throws {
    let study = "heart-disease"
    expectEnding(try run(["--study", study]), in: study)
    #expect(try processes(mentioning: ".demo/\(study)/") == [])
    expectEnding(try run(["--study", study, "--offline"]), in: "\(study)-offline")

    let wire = Repository.path(".demo/\(study)/round")
    let files = Repository.path(".demo/\(study)-offline")
    let names = try folderNames(wire + "/submissions")
    #expect(names.count == 4)
    for site in names {
      let isEqual =
        try fileBytes("\(wire)/submissions/\(site)/aggregate.json")
        == fileBytes("\(files)/submissions/\(site)/aggregate.json")
      #expect(isEqual, "aggregate of \(site)")
    }
    for path in ["gates.json", "pooled.json"] + names.map({ "sites/\($0).json" }) {
      let isEqual = try fileBytes("\(wire)/matrix/\(path)") == fileBytes("\(files)/merged/\(path)")
      #expect(isEqual, "\(path) of the matrix")
    }
  }

  @Test("a year of a study goes from silent to broad, is held at a drift, and ends under the release before")
  func storyOfAYear() throws {
    let started = ContinuousClock.now
    let result = try run(["--study", "synthetic-deterioration", "--rows", "8000", "--name", "year"])
    expectEnding(result, in: "year")
    #expect(try processes(mentioning: ".demo/year/") == [])
    // Three minutes are promised after a release build; this one is a debug build beside other tests.
    #expect(ContinuousClock.now - started < .seconds(600))

    // What the coordinator said of the study at each step, in order.
    var rest = result.output[...]
    for step in [
      "consents: 0 of at least 4 validation sites", "phase silent  protocol version 1", "must not show",
      "signOffRejected: Ben Okafor", "every condition is met", "phase limited  protocol version 1",
      "may show, phase limited", "phase limited  protocol version 2", "phase broad  protocol version 2",
      "may show, phase broad", "declined (phaseNotConsented)", "HELD in broad", "stop time", "must not show",
      "phase limited  protocol version 1", "may show, phase limited", "E2: signed by the roots you pinned",
    ] {
      guard let found = rest.range(of: step) else {
        Issue.record("the demo does not say, or not in this order: \(step)")
        return
      }
      rest = rest[found.upperBound...]
    }
  }

  @Test func syntheticStudyAlsoRunsFromFiles() throws {
    let result = try run(["--study", "synthetic-deterioration", "--offline", "--rows", "3000"])
    expectEnding(result, in: "synthetic-deterioration-offline")
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func interruptedDemoLeavesNoProcess() throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(OtherProgram.path("python3")))
    // As a terminal starts a program: in a group of its own, and with an interrupt that is neither ignored, as
    // it is below a background job, nor blocked.
    process.arguments = [
      "-c",
      """
      import os, signal, sys
      signal.signal(signal.SIGINT, signal.SIG_DFL)
      signal.pthread_sigmask(signal.SIG_SETMASK, [])
      if os.getpgrp() != os.getpid(): os.setpgid(0, 0)
      os.execv(sys.argv[1], sys.argv[1:])
      """, Repository.path("scripts/demo"), "--tools", DemoTests.tools, "--name", "interrupted",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var text = ""
    while !text.contains("registers its data"),
      let data = try output.fileHandleForReading.read(upToCount: 4096)
    {
      text += String(decoding: data, as: UTF8.self)
    }
    #expect(try processes(mentioning: ".demo/interrupted/").count > 0)
    kill(-process.processIdentifier, SIGINT)
    text += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130, "\(text.suffix(500))")
    #expect(try processes(mentioning: ".demo/interrupted/") == [])
  }

  /// The command lines of our tools that name a folder.
  private func processes(mentioning folder: String) throws -> [String] {
    try OtherProgram.run("pgrep", ["-af", "(coordinator|site-agent|evidence) .*\(folder)"]).output
      .split(separator: "\n").map(String.init)
  }

  @Test func unknownStudyIsUsage() throws {
    let result = try run(["--study", "nothing"])
    #expect(result.code == 2)
    #expect(result.output.contains("there is no study nothing"))
  }
}
