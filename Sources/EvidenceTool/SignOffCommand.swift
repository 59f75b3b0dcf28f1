import Attestations
import CanonicalJSON
import Cryptography
import Evidence
import EvaluationProtocols
import Gates
import ServiceRuntime

/// The only gate that has to be named: the others follow from where the study is.
private enum NamedGate: String, CaseIterable, Sendable { case restart }

private let bundle = Parameter<String>.path("BUNDLE", "the review package, *.evb.zip")
private let role = Parameter<String>.text("--role", "your role, as the protocol prints it")
private let decision = Parameter<Decision>.choice("--decision", "what you decide")
private let gate = Parameter<NamedGate>.choice("--gate", "sign for a restart").optional()
private let phase = Parameter<PhaseName>.choice("--phase", "the phase of a restart").optional()
private let version = Parameter<Int>.integer(
  "--protocol-version", "the version of a restart; else the one in force", in: 1...1_000_000
).optional()
private let conditions = Parameter<String>.text("--condition", "what your decision depends on").repeated()
private let conflicts = Parameter<String>.text("--conflict", "a conflict of interest").repeated()
private let noConflicts = Parameter<Bool>.flag("--no-conflicts", "you declare that you have none")
private let comment = Parameter<String>.text("--comment", "a remark that is signed too").optional()
private let validDays = Parameter<Int>.integer("--valid-days", "how long it counts", in: 1...365)
  .defaulting(to: 30)
private let delegation = Parameter<String>.path("--delegation", "the delegation under which you sign")
  .optional()
private let name = Parameter<String>.text("--name", "your printed name, where nobody can be asked").optional()

/// `evidence sign-off`: a reviewer decides about a review package, offline and with a key that nobody else has.
let signOffCommand = Command(
  "sign-off", "decide about a review package with your own key; nothing is sent",
  [
    bundle, Options.keys, role, decision, gate, phase, version, conditions, conflicts, noConflicts, comment,
    validDays, delegation, name, Options.optionalTrust, ReviewOptions.out,
  ],
  example: """
    sign-off review.evb.zip --keys my-keys --role "clinical sponsor" --decision approve --no-conflicts \
    --trust trust.json --out sign-off.json
    """
) { arguments, console in
  guard arguments[conflicts].isEmpty == arguments[noConflicts] else {
    throw ToolError(
      "say --conflict TEXT for each conflict of interest, or --no-conflicts, and not both",
      remedy: "a signature without a word on conflicts does not count", exitCode: .usage)
  }
  guard (arguments[gate] != nil) == (arguments[phase] != nil),
    arguments[gate] != nil || arguments[version] == nil
  else {
    throw ToolError(
      "--gate restart and --phase belong together, and --protocol-version to them",
      remedy: "leave them out to sign for the next phase", exitCode: .usage)
  }
  let identity = try reviewerKeys(arguments[Options.keys])
  let review = try readReview(arguments[bundle], trust: arguments[Options.optionalTrust], console)
  let prepared = try review.package.prepare(
    SignOffWish(
      role: arguments[role], decision: arguments[decision],
      restart: arguments[phase].map { SignOffWish.Restart(phase: $0, version: arguments[version]) },
      conditions: arguments[conditions], conflicts: arguments[conflicts], comment: arguments[comment],
      validDays: arguments[validDays],
      delegation: try arguments[delegation].map { try SignOffFile.parse(readFile($0, maximumBytes: 2 << 20)) }
    ), key: identity.fingerprint.digest, now: currentTime())
  for line in review.summary(of: prepared, bundle: arguments[bundle]) { console.note(line) }
  try confirmName(prepared.content.person, given: arguments[name], console)
  try writeFileAtomically(prepared.sign(with: identity).encode(), to: arguments[ReviewOptions.out])
  console.print("signed: \(arguments[ReviewOptions.out])")
  console.note("hand it in with `coordinator gate submit \(arguments[ReviewOptions.out])`")
  return .done
}

/// A signature is somebody's own act: the name is typed, or given where nobody can type.
private func confirmName(_ expected: String, given: String?, _ console: Console) throws {
  let typed = given ?? console.ask("To sign, type your name as it is printed above:")
  guard let typed else {
    throw ToolError(
      "nobody can be asked for the name here", remedy: "give it with --name \"\(expected)\"", exitCode: .usage
    )
  }
  guard typed.hasSameBytes(as: expected) else {
    throw ToolError(
      "the name is not \(expected); nothing was signed", remedy: "type the name as the protocol prints it",
      exitCode: .inputRefused)
  }
}
