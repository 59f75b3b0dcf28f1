/// One line of a tool's table of commands.
///
///     Command(
///       "trust add", "pin a site's signing root",
///       [Options.trust, Options.site, Options.fingerprint],
///       example: "trust add --trust trust.json --site north --fingerprint 3b1f…"
///     ) { arguments, console in
///       try addSite(arguments[Options.site], to: arguments[Options.trust])
///       return .done
///     }
package struct Command: Sendable {
  /// What a command does. It throws for a reader; `Tool` prints the error and exits with its code.
  package typealias Body = @Sendable (Arguments, Console) async throws -> ExitCode

  /// The words after the tool's name: `["trust", "add"]`.
  package let words: [String]
  /// One sentence, lower case, no full stop.
  package let summary: String
  /// Options in the order help shows them; operands in the order they stand.
  package let parameters: [any AnyParameter]
  /// A line that works, without the tool's name.
  package let example: String
  let body: Body

  /// A command; `words` are separated by single spaces.
  package init(
    _ words: String, _ summary: String, _ parameters: [any AnyParameter] = [], example: String,
    body: @escaping Body
  ) {
    self.words = words.split(separator: " ").map(String.init)
    self.summary = summary
    self.parameters = parameters
    self.example = example
    self.body = body
  }

  /// The words as they are typed.
  package var name: String { words.joined(separator: " ") }

  /// Reads what follows the command's words.
  func parse(_ arguments: some Sequence<String>) throws(UsageError) -> Arguments {
    var parser = ArgumentParser(definitions: parameters.map(\.definition))
    for argument in arguments { try parser.take(argument) }
    let occurrences = try parser.finish()
    for parameter in parameters { try parameter.check(occurrences[parameter.definition.name] ?? []) }
    return Arguments(occurrences: occurrences, declared: Set(parameters.map(\.definition.name)))
  }
}

/// What stood on the command line, already checked: reading a value can't fail any more.
package struct Arguments: Sendable {
  fileprivate let occurrences: [String: [String]]
  fileprivate let declared: Set<String>

  /// The value of a parameter the command declares.
  package subscript<Value>(_ parameter: Parameter<Value>) -> Value {
    let name = parameter.definition.name
    precondition(declared.contains(name), "the command does not declare \(name)")
    do {
      return try parameter.value(of: occurrences[name] ?? [])
    } catch {
      // The same conversion of the same text succeeded in `Command.parse`.
      preconditionFailure("\(name) was checked before: \(error)")
    }
  }
}

/// The state of reading one command line, a word at a time.
private struct ArgumentParser {
  let definitions: [ParameterDefinition]
  private var occurrences: [String: [String]] = [:]
  private var operands: [String] = []
  private var awaitingValue: ParameterDefinition?
  private var onlyOperands = false

  init(definitions: [ParameterDefinition]) { self.definitions = definitions }

  mutating func take(_ argument: String) throws(UsageError) {
    if let option = awaitingValue {
      guard !argument.hasPrefix("--") else { throw .missingValue(option.name) }
      awaitingValue = nil
      return try record(option, argument)
    }
    guard !onlyOperands, argument.hasPrefix("-"), argument != "-" else {
      operands.append(argument)
      return
    }
    if argument == "--" {
      onlyOperands = true
      return
    }
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = definitions.first(where: { $0.isOption && $0.name == name }) else {
      let names = definitions.filter(\.isOption).map(\.name) + ["--help"]
      throw .unknownOption(name, nearest: nearest(to: name, among: names))
    }
    if parts.count == 2 {
      guard !option.isFlag else { throw .unexpectedValue(name) }
      try record(option, String(parts[1]))
    } else if option.isFlag {
      try record(option, "")
    } else {
      awaitingValue = option
    }
  }

  consuming func finish() throws(UsageError) -> [String: [String]] {
    if let option = awaitingValue { throw .missingValue(option.name) }
    var rest = operands[...]
    for operand in definitions where !operand.isOption {
      if operand.isRepeated {
        occurrences[operand.name] = Array(rest)
        rest = []
      } else if let first = rest.popFirst() {
        occurrences[operand.name] = [first]
      }
    }
    if let extra = rest.first { throw .unexpectedOperand(extra) }
    return occurrences
  }

  private mutating func record(_ option: ParameterDefinition, _ value: String) throws(UsageError) {
    guard option.isRepeated || occurrences[option.name] == nil else { throw .givenTwice(option.name) }
    occurrences[option.name, default: []].append(value)
  }
}
