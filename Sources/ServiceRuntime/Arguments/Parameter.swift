/// One option or operand of a command: how it is written, explained and turned into a value.
///
/// A tool defines each once and uses it three times: in the command's table, in the help that is made of
/// it, and to read the value.
///
///     static let trust = Parameter.path("--trust", "your trust file")
///     static let sites = Parameter.text("--site", "only this site").repeated()
///     static let bundle = Parameter.path("BUNDLE", "the bundle to check")
///
/// A name with `--` is an option, any other name an operand, by position. As made, a parameter is required;
/// `optional`, `defaulting(to:)` and `repeated` make it something else.
package struct Parameter<Value: Sendable>: Sendable {
  package let definition: ParameterDefinition
  private let convert: @Sendable ([String]) throws(UsageError) -> Value

  init(
    _ definition: ParameterDefinition,
    convert: @escaping @Sendable ([String]) throws(UsageError) -> Value
  ) {
    self.definition = definition
    self.convert = convert
  }

  /// The value of what stood on the command line; an empty list when it was not there.
  package func value(of occurrences: [String]) throws(UsageError) -> Value {
    try convert(occurrences)
  }
}

/// What a parameter looks like from outside.
package struct ParameterDefinition: Sendable, Equatable {
  /// `--trust` or `BUNDLE`.
  package let name: String
  /// What the value is called in help, such as `FILE`; nil for a flag.
  package let placeholder: String?
  /// One sentence, lower case, no full stop.
  package let help: String
  /// Whether the command line must have it.
  package fileprivate(set) var isRequired = true
  /// Whether it may stand more than once.
  package fileprivate(set) var isRepeated = false
  /// The value when it is absent, as text.
  package fileprivate(set) var defaultText: String?

  /// Whether it is written with its name.
  package var isOption: Bool { name.hasPrefix("--") }
  /// Whether it is an option without a value.
  package var isFlag: Bool { placeholder == nil }

  init(_ name: String, placeholder: String?, help: String) {
    self.name = name
    self.placeholder = placeholder
    self.help = help
  }

  fileprivate func with(_ change: (inout ParameterDefinition) -> Void) -> ParameterDefinition {
    var copy = self
    change(&copy)
    return copy
  }

  fileprivate var missing: UsageError { isOption ? .missingOption(name) : .missingOperand(name) }
}

/// A parameter whose type of value does not matter, as a table of commands holds it.
package protocol AnyParameter: Sendable {
  /// What it looks like from outside.
  var definition: ParameterDefinition { get }
  /// Throws what reading the value would throw.
  func check(_ occurrences: [String]) throws(UsageError)
}

extension Parameter: AnyParameter {
  package func check(_ occurrences: [String]) throws(UsageError) { _ = try convert(occurrences) }
}

extension Parameter {
  /// Any value that can be made of a text; `read` gives nil for one it does not take.
  package static func custom(
    _ name: String, _ help: String, placeholder: String, expected: String,
    _ read: @escaping @Sendable (String) -> Value?
  ) -> Parameter {
    single(name, help, placeholder: placeholder) { (text) throws(UsageError) in
      guard let value = read(text) else {
        throw .malformedValue(name, given: text, expected: expected)
      }
      return value
    }
  }

  private static func single(
    _ name: String, _ help: String, placeholder: String,
    _ read: @escaping @Sendable (String) throws(UsageError) -> Value
  ) -> Parameter {
    let definition = ParameterDefinition(name, placeholder: placeholder, help: help)
    return Parameter(definition) { (occurrences) throws(UsageError) in
      guard let text = occurrences.first else { throw definition.missing }
      guard !text.isEmpty else { throw .emptyValue(name) }
      return try read(text)
    }
  }
}

extension Parameter where Value == String {
  /// A text that is not empty.
  package static func text(_ name: String, _ help: String, placeholder: String = "TEXT") -> Parameter {
    single(name, help, placeholder: placeholder) { (text) throws(UsageError) in text }
  }

  /// The path of a file or folder; whether it exists is found out when it is used.
  package static func path(_ name: String, _ help: String, placeholder: String = "PATH") -> Parameter {
    text(name, help, placeholder: placeholder)
  }
}

extension Parameter where Value == Int {
  /// A whole number in a range.
  package static func integer(
    _ name: String, _ help: String, in range: ClosedRange<Int>, placeholder: String = "N"
  ) -> Parameter {
    let full = "\(help), \(range.lowerBound) to \(range.upperBound)"
    return single(name, full, placeholder: placeholder) { (text) throws(UsageError) in
      guard let value = Int(text), range.contains(value) else {
        throw .notAnInteger(name, given: text, range: range)
      }
      return value
    }
  }
}

extension Parameter where Value == Bool {
  /// An option without a value: true when it is there.
  package static func flag(_ name: String, _ help: String) -> Parameter {
    let definition = ParameterDefinition(name, placeholder: nil, help: help).with { $0.isRequired = false }
    return Parameter(definition) { (occurrences) throws(UsageError) in !occurrences.isEmpty }
  }
}

extension Parameter where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One word of a closed list, which help shows.
  package static func choice(_ name: String, _ help: String) -> Parameter {
    let choices = Value.allCases.map(\.rawValue)
    return single(name, help, placeholder: choices.joined(separator: "|")) { (text) throws(UsageError) in
      guard let value = Value(rawValue: text) else {
        throw .notAChoice(name, given: text, choices: choices, nearest: nearest(to: text, among: choices))
      }
      return value
    }
  }
}

extension Parameter {
  /// The same, nil when it is absent.
  package func optional() -> Parameter<Value?> {
    Parameter<Value?>(definition.with { $0.isRequired = false }) { (occurrences) throws(UsageError) in
      occurrences.isEmpty ? nil : try convert(occurrences)
    }
  }

  /// The same with a value when it is absent. `shown` is that value in help.
  package func defaulting(to value: Value, shown: String) -> Parameter {
    let definition = definition.with {
      $0.isRequired = false
      $0.defaultText = shown
    }
    return Parameter(definition) { (occurrences) throws(UsageError) in
      occurrences.isEmpty ? value : try convert(occurrences)
    }
  }

  /// The same, any number of times, in the order given. An operand takes all that are left.
  package func repeated(atLeastOnce: Bool = false) -> Parameter<[Value]> {
    let definition = definition.with {
      $0.isRequired = atLeastOnce
      $0.isRepeated = true
    }
    return Parameter<[Value]>(definition) { (occurrences) throws(UsageError) in
      guard !atLeastOnce || !occurrences.isEmpty else { throw definition.missing }
      var values: [Value] = []
      for occurrence in occurrences { values.append(try convert([occurrence])) }
      return values
    }
  }
}

extension Parameter where Value: CustomStringConvertible {
  /// The same with a value when it is absent, which help shows.
  package func defaulting(to value: Value) -> Parameter { defaulting(to: value, shown: "\(value)") }
}

extension Parameter where Value: RawRepresentable, Value.RawValue == String {
  /// The same with a value when it is absent, which help shows.
  package func defaulting(to value: Value) -> Parameter { defaulting(to: value, shown: value.rawValue) }
}
