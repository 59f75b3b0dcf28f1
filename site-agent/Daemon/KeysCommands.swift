import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime

private let site = Parameter<String>.text("--site", "the hospital's id in the protocol", placeholder: "ID")
private let directory = Parameter<String>.path("--directory", "folder of the site's keys")

/// `site-agent keys create`: makes the site's signing root and submission key, on site.
let keysCreateCommand = Command(
  "keys create", "make the site's signing root and submission key; they never leave this machine",
  [site, directory], example: "keys create --site north --directory north-keys"
) { arguments, console in
  let now = try UTCTime(secondsSinceEpoch: SystemClock().now())
  let identity = try SigningIdentity.create(role: SignerRole(site: arguments[site]), now: now)
  try identity.save(to: arguments[directory])
  console.print("fingerprint: \(identity.fingerprint.text)")
  console.note("keep \(arguments[directory])/root.key offline; signing needs only the leaf")
  return .done
}

/// `site-agent status`: shows the fingerprint that buyers pin.
let statusCommand = Command(
  "status", "show the fingerprint of the site's signing root, for buyers to pin", [directory],
  example: "status --directory north-keys"
) { arguments, console in
  let identity = try SigningIdentity.load(from: arguments[directory])
  console.print("role: \(identity.role.uri)")
  console.print("fingerprint: \(identity.fingerprint.text)")
  return .done
}
