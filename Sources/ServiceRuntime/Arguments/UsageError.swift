/// Why a command line was not understood.
package enum UsageError: DescribedError, Equatable {
  case noCommand
  case unknownCommand(String, nearest: String?)
  /// A noun without its verb; the verbs that exist.
  case incompleteCommand(String, verbs: [String])
  case unknownOption(String, nearest: String?)
  case missingOption(String)
  case missingOperand(String)
  case missingValue(String)
  case unexpectedValue(String)
  case unexpectedOperand(String)
  case givenTwice(String)
  case notAnInteger(String, given: String, range: ClosedRange<Int>)
  case notAChoice(String, given: String, choices: [String], nearest: String?)
  case emptyValue(String)
  case malformedValue(String, given: String, expected: String)

  package var description: String {
    switch self {
    case .noCommand: "no command given"
    case .unknownCommand(let given, _): "there is no command \"\(given)\""
    case .incompleteCommand(let noun, _): "\"\(noun)\" needs a verb"
    case .unknownOption(let name, _): "there is no option \(name)"
    case .missingOption(let name): "\(name) is required"
    case .missingOperand(let name): "\(name) is missing"
    case .missingValue(let name): "\(name) needs a value"
    case .unexpectedValue(let name): "\(name) takes no value"
    case .unexpectedOperand(let text): "\"\(text)\" is one argument too many"
    case .givenTwice(let name): "\(name) is given twice"
    case .notAnInteger(let name, let given, let range):
      "\(name) is \"\(given)\", not a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .notAChoice(let name, let given, let choices, _):
      "\(name) is \"\(given)\", not one of \(choices.joined(separator: ", "))"
    case .emptyValue(let name): "\(name) is empty"
    case .malformedValue(let name, let given, let expected): "\(name) is \"\(given)\", not \(expected)"
    }
  }

  package var remedy: String {
    switch self {
    case .unknownCommand(_, let nearest?), .unknownOption(_, let nearest?),
      .notAChoice(_, _, _, let nearest?):
      "did you mean \(nearest)?"
    case .incompleteCommand(_, let verbs): "one of: \(verbs.joined(separator: ", "))"
    case .missingValue(let name): "to give a value that begins with --, write \(name)=VALUE"
    case .noCommand, .unknownCommand, .unknownOption, .missingOption, .missingOperand, .unexpectedValue,
      .unexpectedOperand, .givenTwice, .notAnInteger, .notAChoice, .emptyValue, .malformedValue:
      "add --help to see what can stand here"
    }
  }

  package var exitCode: ExitCode { .usage }
}
