import CoordinatorAPI
import EvaluationProtocols
import ServiceRuntime

/// The options that several commands share, so that each means the same everywhere.
enum Options {
  static let profile = Parameter<String>.path("--profile", "folder with your address, certificate and key")
  static let study = Parameter<String>.text("--study", "the study's id in its protocol", placeholder: "ID")
  static let round = Parameter<String>.text(
    "--round", "a round's id; default: the study's newest", placeholder: "ID"
  ).optional()
  static let phase = Parameter<PhaseName>.choice("--phase", "the phase that the round is of").defaulting(
    to: .silent)
  static let site = Parameter<String>.text("--site", "the site's id in the protocol", placeholder: "ID")
  static let out = Parameter<String>.path("--out", "folder to write; what is there is replaced")
  static let directory = Parameter<String>.path("--directory", "folder of the coordinator")
  static let passphraseFile = Parameter<String>.path(
    "--passphrase-file", "file (mode 0600) with the passphrase of the root key")
  static let json = Parameter<Bool>.flag("--json", "print one JSON document instead of text")
}

extension Console {
  /// Prints a document of the wire for machines.
  func print(json document: some WireDocument) {
    write(document.encode())
    print("")
  }
}

extension Parameter where Value == Int64 {
  /// A length of time with its unit, in seconds: `90s`, `15min`, `2h`, `7d`.
  static func seconds(_ name: String, _ help: String) -> Parameter {
    custom(name, help, placeholder: "TIME", expected: "a number with s, min, h or d, such as 15min") { text in
      let units: [(suffix: String, seconds: Int64)] = [("min", 60), ("s", 1), ("h", 3600), ("d", 86_400)]
      guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
        let number = Int64(text.dropLast(unit.suffix.count)), (1...1_000_000).contains(number)
      else { return nil }
      return number * unit.seconds
    }
  }
}
