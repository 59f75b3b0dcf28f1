import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime

private let directory = Parameter<String>.path("--directory", "folder of the evidence key")

/// `coordinator keys …`: an evidence key alone, for sealing from files. A tenant's own is made with the tenant.
let keysCommands = [
  Command(
    "keys create", "make an evidence key, for sealing from files without a server",
    [directory, Options.json], example: "keys create --directory evidence-key"
  ) { arguments, console in
    let identity = try SigningIdentity.create(role: .evidence, now: currentTime())
    try identity.save(to: arguments[directory])
    show(identity, asJSON: arguments[Options.json], on: console)
    console.note("keep \(arguments[directory])/root.key offline; sealing needs only the leaf")
    return .done
  },
  Command(
    "keys show", "show the fingerprint of an evidence key, for buyers to pin", [directory, Options.json],
    example: "keys show --directory evidence-key"
  ) { arguments, console in
    show(try SigningIdentity.load(from: arguments[directory]), asJSON: arguments[Options.json], on: console)
    return .done
  },
]

private func show(_ identity: SigningIdentity, asJSON: Bool, on console: Console) {
  if asJSON {
    console.write(encodeCanonicalJSON(["fingerprint": .string(identity.fingerprint.digest.text)]))
    console.print("")
  } else {
    console.print("fingerprint: \(identity.fingerprint.text)")
  }
}
