/// Help pages are made of the table and of nothing else, so they can't say what is not so.
extension Tool {
  /// The page of the tool, or of one noun.
  func help(commands: [Command]) -> [StyledText] {
    let width = commands.reduce(0) { max($0, $1.name.count) }
    var lines: [StyledText] = [
      "\(name, .bold) \(version): \(summary)", "",
      "usage: \(name) <command> [options]", "",
    ]
    for command in commands {
      lines += entry(StyledText(command.name, .bold), width: width, command.summary)
    }
    lines += ["", "`\(name) <command> --help` explains one command.", ""]
    let codes = ExitCode.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: " · ")
    lines += wrap("exit codes: " + codes, width: Self.helpWidth).map { StyledText($0, .dim) }
    return lines
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
