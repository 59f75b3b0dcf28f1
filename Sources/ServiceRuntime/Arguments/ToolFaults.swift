extension Tool {
  /// Mistakes in the table, for a test of each tool to find empty: two commands or parameters of one name,
  /// operands that can't be told apart, an example that its own command would refuse.
  package var faults: [String] {
    var faults = duplicates(of: commands.map(\.name)).map { "two commands are called \($0)" }
    for command in commands {
      let definitions = command.parameters.map(\.definition)
      faults += duplicates(of: definitions.map(\.name)).map { "\(command.name) declares \($0) twice" }
      for definition in definitions where ["--help", "--version"].contains(definition.name) {
        faults.append("\(command.name) declares \(definition.name), which every command has")
      }
      let operands = definitions.filter { !$0.isOption }
      if operands.dropLast().contains(where: \.isRepeated) {
        faults.append("\(command.name) has an operand after one that takes all")
      }
      if zip(operands, operands.dropFirst()).contains(where: { !$0.isRequired && $1.isRequired }) {
        faults.append("\(command.name) has a required operand after an optional one")
      }
      faults += faultOfExample(command)
    }
    return faults
  }

  private func faultOfExample(_ command: Command) -> [String] {
    let words = command.example.split(separator: " ").map(String.init)
    guard words.starts(with: command.words) else { return ["\(command.name) has another command's example"] }
    do {
      _ = try command.parse(words.dropFirst(command.words.count))
      return []
    } catch {
      return ["\(command.name) refuses its own example: \(error.description)"]
    }
  }

  private func duplicates(of names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { !seen.insert($0).inserted }
  }
}
