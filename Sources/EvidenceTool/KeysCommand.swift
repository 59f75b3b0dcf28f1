import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime

private let out = Parameter<String>.path("--out", "folder to make; nothing in it is overwritten")

/// `evidence keys create`: a reviewer's own key, which nobody else ever holds.
let keysCreateCommand = Command(
  "keys create", "make a reviewer's own keys, and print the fingerprint for the protocol",
  [out, Options.json], example: "keys create --out my-keys"
) { arguments, console in
  let identity = try SigningIdentity.create(role: .reviewer, now: currentTime())
  try identity.save(to: arguments[out])
  if arguments[Options.json] {
    console.write(
      encodeCanonicalJSON([
        "fingerprint": .string(identity.fingerprint.digest.text), "keys": .string(arguments[out]),
      ]))
    console.print("")
    return .done
  }
  console.print("fingerprint:  \(identity.fingerprint.text)")
  console.print("in protocols: \(identity.fingerprint.digest.text)")
  console.note("tell it the study lead by telephone or on paper, and keep \(arguments[out]) to yourself")
  return .done
}
