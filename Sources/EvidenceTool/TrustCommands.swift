import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime

private let site = Parameter<String>.text("--site", "the hospital's id in the protocol", placeholder: "ID")
  .optional()
private let coordinator = Parameter<Bool>.flag("--coordinator", "pin the coordinator instead of a site")
private let reviewer = Parameter<String>.text(
  "--reviewer", "a reviewer's name, as protocols print it", placeholder: "NAME"
).optional()
private let fingerprint = Parameter<String>.text(
  "--fingerprint", "what the signer's own `status` command shows", placeholder: "SHA256")

/// `evidence trust add`: pins a signer's root key.
let trustAddCommand = Command(
  "trust add", "pin the signing root of a site, a reviewer or the coordinator in your trust file",
  [Options.trust, site, reviewer, coordinator, fingerprint],
  example: "trust add --trust trust.json --site north --fingerprint sha256:3b1f…"
) { arguments, console in
  let path = arguments[Options.trust]
  let exists = (try? readFile(path, maximumBytes: 1 << 20)) != nil
  var trust = exists ? try readTrust(path) : TrustFile()
  let pin = try Fingerprint(parsing: arguments[fingerprint])
  let signer: String
  switch (arguments[site], arguments[reviewer], arguments[coordinator]) {
  case (let id?, nil, false):
    try trust.add(site: id, fingerprint: pin)
    signer = "site \(id)"
  case (nil, let name?, false):
    try trust.add(reviewer: name, fingerprint: pin)
    signer = name
  case (nil, nil, true):
    try trust.pinCoordinator(pin)
    signer = "the coordinator"
  default:
    throw ToolError(
      "give one of --site ID, --reviewer NAME and --coordinator",
      remedy: "a fingerprint belongs to one signer", exitCode: .usage)
  }
  try writeFileAtomically(trust.encode(), to: path)
  console.print("pinned \(signer) to \(pin.text)")
  return .done
}

/// `evidence trust show`: lists who is pinned.
let trustShowCommand = Command(
  "trust show", "list whose signing roots your trust file pins", [Options.trust, Options.json],
  example: "trust show --trust trust.json"
) { arguments, console in
  let trust = try readTrust(arguments[Options.trust])
  if arguments[Options.json] {
    console.write(trust.encode())
    console.print("")
    return .done
  }
  var table = Table([("signer", .left), ("fingerprint of the signing root", .left)])
  if let key = trust.coordinatorRootKey { table.add(["coordinator", "\(Fingerprint(key).text)"]) }
  for site in trust.sites { table.add(["site \(site.id)", "\(Fingerprint(site.rootKey).text)"]) }
  for reviewer in trust.reviewers {
    table.add(["\(reviewer.name)", "\(Fingerprint(reviewer.rootKey).text)"])
  }
  console.print(table)
  return .done
}
