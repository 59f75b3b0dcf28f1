import Glibc

/// A command-line tool: a name and a table of commands. Everything else follows from the table.
package struct Tool: Sendable {
  /// The word that starts it.
  package let name: String
  /// What `--version` prints.
  package let version: String
  /// One sentence, lower case, no full stop.
  package let summary: String
  /// The table, in the order help shows it.
  package let commands: [Command]
  /// Nouns whose commands take one line of the tool's page, with a sentence each: a page fits on a screen.
  package let folded: [String: String]

  /// A tool with its table.
  package init(
    name: String, version: String, summary: String, commands: [Command], folded: [String: String] = [:]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
    self.folded = folded
  }

  /// Runs the process' command line and ends the process with the exit code.
  package func main() async -> Never {
    // A closed pipe and a file size limit become error codes of write(2), which are handled.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let code = await run(Array(CommandLine.arguments.dropFirst()), console: .system())
    exit(code.rawValue)
  }

  /// Runs one command line, without the tool's name, and returns what to exit with.
  ///
  /// An error is printed as `tool: message`, then `  hint: remedy`. When a result could not be written,
  /// a code of 0 becomes `unreachable`.
  package func run(_ arguments: [String], console: Console) async -> ExitCode {
    var code: ExitCode
    do {
      code = try await dispatch(arguments, console: console)
    } catch {
      let error = ToolError(error)
      console.note("\(name, .bold): \(error.description)")
      if !error.remedy.isEmpty { console.note("  hint: \(error.remedy)") }
      code = error.exitCode
    }
    let failure = console.flush()
    // The reader of a pipe may stop when it has seen enough.
    if failure != 0, failure != EPIPE {
      console.note("\(name, .bold): standard output can't be written: \(systemText(failure))")
      if code == .done { code = .unreachable }
    }
    return code
  }

  private func dispatch(_ arguments: [String], console: Console) async throws -> ExitCode {
    var arguments = arguments[...]
    let wantsHelp = Self.takeHelp(&arguments)
    if arguments.first == "--version" {
      console.print("\(name) \(version)")
      return .done
    }
    if let command = command(for: arguments) {
      if wantsHelp {
        for line in help(for: command) { console.print(line) }
        return .done
      }
      return try await command.body(try command.parse(arguments.dropFirst(command.words.count)), console)
    }
    let words = arguments.prefix { !$0.hasPrefix("-") }
    let group = commands.filter { $0.words.starts(with: words) }
    if wantsHelp, !group.isEmpty {
      for line in help(commands: group, isWholeTable: words.isEmpty) { console.print(line) }
      return .done
    }
    throw unknown(arguments, words: Array(words), group: group)
  }

  /// The command whose words begin the arguments; of several the longest.
  private func command(for arguments: ArraySlice<String>) -> Command? {
    commands.filter { arguments.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
  }

  private func unknown(
    _ arguments: ArraySlice<String>, words: [String], group: [Command]
  ) -> UsageError {
    if words.isEmpty {
      guard let option = arguments.first else { return .noCommand }
      return .unknownOption(option, nearest: nearest(to: option, among: ["--help", "--version"]))
    }
    if !group.isEmpty {
      return .incompleteCommand(words.joined(separator: " "), verbs: group.map(\.name))
    }
    // Operands may follow the words, so only as many words are judged as some command has.
    let known = Set(commands.compactMap(\.words.first))
    let length = known.contains(words[0]) ? 2 : 1
    let given = words.prefix(length).joined(separator: " ")
    let candidates = commands.map { $0.words.prefix(length).joined(separator: " ") } + commands.map(\.name)
    return .unknownCommand(given, nearest: nearest(to: given, among: candidates))
  }

  /// Removes `--help`, `-h` or a leading `help`, wherever they stand before a `--`.
  private static func takeHelp(_ arguments: inout ArraySlice<String>) -> Bool {
    if arguments.first == "help" {
      arguments = arguments.dropFirst()
      return true
    }
    let options = arguments.prefix { $0 != "--" }
    guard options.contains("--help") || options.contains("-h") else { return false }
    arguments = arguments.filter { $0 != "--help" && $0 != "-h" }[...]
    return true
  }
}
