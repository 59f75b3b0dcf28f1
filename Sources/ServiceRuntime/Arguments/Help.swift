/// Help pages are made of the table and of nothing else, so they can't say what is not so.
extension Tool {
  /// The page of the tool, or of one noun. Nouns are folded on the tool's only.
  func help(commands: [Command], isWholeTable: Bool) -> [StyledText] {
    let rows = isWholeTable ? folding(commands) : commands.map { ($0.name, $0.summary) }
    let width = rows.reduce(0) { max($0, $1.label.count) }
    var lines: [StyledText] = [
      "\(name, .bold) \(version): \(summary)", "",
      "usage: \(name) <command> [options]", "",
    ]
    for (label, text) in rows { lines += entry(StyledText(label, .bold), width: width, text) }
    lines.append("")
    if let noun = rows.first(where: { folded[$0.label] != nil && isWholeTable })?.label {
      lines.append("`\(name) \(noun) --help` lists the commands of `\(noun)`, and so for every noun.")
    }
    lines += ["`\(name) <command> --help` explains one command.", ""]
    let codes = ExitCode.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: " · ")
    lines += wrap("exit codes: " + codes, width: Self.helpWidth).map { StyledText($0, .dim) }
    return lines
  }

  /// A row for each command, and one for all commands of a folded noun, where the first of them stands.
  private func folding(_ commands: [Command]) -> [(label: String, text: String)] {
    var rows: [(label: String, text: String)] = []
    var seen: Set<String> = []
    for command in commands {
      guard let noun = command.words.first, let sentence = folded[noun], command.words.count > 1 else {
        rows.append((command.name, command.summary))
        continue
      }
      guard seen.insert(noun).inserted else { continue }
      let verbs = commands.filter { $0.words.first == noun }.map {
        $0.words.dropFirst().joined(separator: " ")
      }
      rows.append((noun, verbs.joined(separator: ", ") + ": " + sentence))
    }
    return rows
  }

  /// The page of one command.
  func help(for command: Command) -> [StyledText] {
    let definitions = command.parameters.map(\.definition)
    let usage = ([name, command.name] + definitions.map(\.usage)).joined(separator: " ")
    var lines = wrap("usage: " + usage, width: Self.helpWidth, indent: 4).map { StyledText($0) }
    lines += ["", StyledText(command.summary)]
    if !definitions.isEmpty { lines.append("") }
    let width = definitions.reduce(0) { max($0, min($1.label.count, 30)) }
    // Operands first: that is the order they are read in the usage line.
    for definition in definitions.filter({ !$0.isOption }) + definitions.filter(\.isOption) {
      lines += entry(StyledText(definition.label, .bold), width: width, definition.explanation)
    }
    lines += ["", "example:", "  \(name) \(command.example)"]
    return lines
  }

  private static let helpWidth = 100

  private func entry(_ label: StyledText, width: Int, _ text: String) -> [StyledText] {
    let indent = 2 + width + 3
    let wrapped = wrap(text, width: Self.helpWidth - indent)
    let first = wrapped.first ?? ""
    guard label.width <= width else {
      return ["  \(label)"] + wrapped.map { StyledText(String(repeating: " ", count: indent) + $0) }
    }
    let padding = String(repeating: " ", count: width - label.width + 3)
    return ["  \(label)\(padding)\(first)"]
      + wrapped.dropFirst().map { StyledText(String(repeating: " ", count: indent) + $0) }
  }
}

extension ParameterDefinition {
  /// `--trust PATH`, `--json`, `BUNDLE`.
  fileprivate var label: String {
    guard isOption, let placeholder else { return name }
    return "\(name) \(placeholder)"
  }

  /// The label as it stands in the usage line.
  fileprivate var usage: String {
    let text = isRepeated ? label + "..." : label
    return isRequired ? text : "[\(text)]"
  }

  fileprivate var explanation: String {
    if let defaultText { return "\(help) (default \(defaultText))" }
    if isRepeated { return "\(help) (may be repeated)" }
    return isRequired && isOption ? "\(help) (required)" : help
  }
}

/// Breaks at spaces; a word longer than the line stands alone. Later lines are indented by `indent`.
private func wrap(_ text: String, width: Int, indent: Int = 0) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = String(repeating: " ", count: indent) + word
    } else {
      line += (line.isEmpty ? "" : " ") + word
    }
  }
  return line.isEmpty ? lines : lines + [line]
}
