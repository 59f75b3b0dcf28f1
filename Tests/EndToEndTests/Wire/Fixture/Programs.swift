import Foundation
import TestSupport

/// What a program said, and how it ended.
struct Outcome {
  let code: Int32
  let output: String
  let errors: String
}

/// Programs that run to their end.
enum Programs {
  /// The tools stand beside the test program.
  static let tools = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path

  /// Runs a program of ours, or one of the machine's.
  static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
    seconds: Double = 30
  ) throws -> Outcome {
    let ours = tools + "/" + name
    guard let path = FileManager.default.isExecutableFile(atPath: ours) ? ours : OtherProgram.path(name)
    else { throw WireError("there is no \(name)") }
    let base = FileManager.default.temporaryDirectory.path + "/equipoise-run-\(UUID().uuidString)"
    defer { for suffix in ["-in", "-out", "-err"] { unlink(base + suffix) } }
    if let input { try input.write(toFile: base + "-in", atomically: false, encoding: .utf8) }
    let source = open(input == nil ? "/dev/null" : base + "-in", O_RDONLY | O_CLOEXEC)
    let sink = open(base + "-out", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer {
      close(source)
      close(sink)
    }
    let child = try Child(
      path, arguments, environment: environment, log: base + "-err", input: source, output: sink)
    let code = try child.wait(seconds)
    return Outcome(
      code: code, output: String(decoding: try fileBytes(base + "-out"), as: UTF8.self), errors: child.text)
  }

  /// Runs a program that has to succeed.
  @discardableResult
  static func require(_ name: String, _ arguments: [String], seconds: Double = 30) throws -> String {
    let outcome = try run(name, arguments, seconds: seconds)
    guard outcome.code == 0 else {
      throw WireError(
        "\(name) \(arguments.joined(separator: " ")): exit \(outcome.code)\n\(outcome.output)\(outcome.errors)"
      )
    }
    return outcome.output
  }
}

/// A JSON text as Foundation's values.
func json(_ text: String) throws -> [String: Any] {
  guard let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
    throw WireError("not an object: \(text.prefix(200))")
  }
  return object
}
