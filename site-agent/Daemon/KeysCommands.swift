import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime

private let site = Parameter<String>.text("--site", "the hospital's id in the protocol", placeholder: "ID")
private let json = Parameter<Bool>.flag("--json", "print one JSON document instead of text")
private let directory = Parameter<String>.path("--directory", "folder of the site's keys")

/// `site-agent keys create`: makes the site's signing root and submission key, on site.
let keysCreateCommand = Command(
  "keys create", "make the site's signing root and submission key; they stay here",
  [site, directory, json], example: "keys create --site north --directory north-keys"
) { arguments, console in
  let now = try UTCTime(secondsSinceEpoch: SystemClock().now())
  let identity = try SigningIdentity.create(role: SignerRole(site: arguments[site]), now: now)
  try identity.save(to: arguments[directory])
  show(identity, asJSON: arguments[json], on: console)
  console.note("keep \(arguments[directory])/root.key offline; signing needs only the leaf")
  return .done
}

/// Prints a signing identity as scripts and people read it.
func show(_ identity: SigningIdentity, asJSON: Bool, on console: Console) {
  if asJSON {
    console.write(
      encodeCanonicalJSON([
        "role": .string(identity.role.uri), "fingerprint": .string(identity.fingerprint.digest.text),
      ]))
    console.print("")
  } else {
    console.print("role: \(identity.role.uri)")
    console.print("fingerprint: \(identity.fingerprint.text)")
  }
}
