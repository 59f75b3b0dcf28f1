import Attestations
import CanonicalJSON
import Evidence
import Gates
import ServiceRuntime

private let bundle = Parameter<String>.path("BUNDLE", "the review package, *.evb.zip")
private let gate = Parameter<Gate>.choice("--gate", "the gate at which somebody else signs")
private let delegate = Parameter<String>.text("--to", "who signs instead, as printed", placeholder: "NAME")
private let organisation = Parameter<String>.text("--organisation", "the delegate's organisation")
private let fingerprint = Parameter<String>.text(
  "--fingerprint", "of the delegate's keys, as `evidence keys create` printed it", placeholder: "SHA256")
private let from = Parameter<UTCTime>.custom(
  "--from", "from when", placeholder: "TIME", expected: "a time such as 2026-07-01T00:00:00Z"
) { try? UTCTime(parsing: $0) }
private let until = Parameter<UTCTime>.custom(
  "--until", "until when, at most 90 days later", placeholder: "TIME",
  expected: "a time such as 2026-07-31T00:00:00Z"
) { try? UTCTime(parsing: $0) }
private let reason = Parameter<String>.text("--reason", "why you do not sign yourself")

/// `evidence delegate`: a named reviewer lets somebody else sign for a while.
let delegateCommand = Command(
  "delegate", "let somebody else sign in your place for a while; signed with your own key",
  [
    bundle, Options.keys, gate, delegate, organisation, fingerprint, from, until, reason,
    Options.optionalTrust, ReviewOptions.out,
  ],
  example: """
    delegate review.evb.zip --keys my-keys --gate limited --to "Dr. B. Example" --organisation "North hospital" \
    --fingerprint sha256:3b1f… --from 2026-07-01T00:00:00Z --until 2026-07-15T00:00:00Z --reason "on leave" \
    --out delegation.json
    """
) { arguments, console in
  let identity = try reviewerKeys(arguments[Options.keys])
  let review = try readReview(arguments[bundle], trust: arguments[Options.optionalTrust], console)
  let signed = try review.package.delegate(
    at: arguments[gate],
    to: Delegation.Delegate(
      person: arguments[delegate], organisation: arguments[organisation],
      fingerprint: try Fingerprint(parsing: arguments[fingerprint]).digest), from: arguments[from],
    until: arguments[until], reason: arguments[reason], with: identity, now: currentTime())
  try writeFileAtomically(signed.file.encode(), to: arguments[ReviewOptions.out])
  let content = signed.content
  console.print(
    "\(content.delegate.person) signs for \(content.person), \(content.role), at the gate \(content.gate.rawValue), "
      + "from \(content.from.text) until \(content.until.text)")
  console.print("signed: \(arguments[ReviewOptions.out])")
  console.note("hand it in with `coordinator gate submit \(arguments[ReviewOptions.out])`")
  return .done
}
