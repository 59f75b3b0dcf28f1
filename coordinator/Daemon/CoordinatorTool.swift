import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime

extension SigningIdentityError: DescribedError {}
extension TimeError: DescribedError {}

private let json = Parameter<Bool>.flag("--json", "print one JSON document instead of text")
private let directory = Parameter<String>.path("--directory", "folder of the coordinator's keys")

/// `coordinator`: so far only its evidence key; the server comes with the wire protocol.
@main
enum CoordinatorTool {
  static let tool = Tool(
    name: "coordinator", version: "0.1.0", summary: "keeps the vendor's side of a multi-site evaluation",
    commands: [
      Command(
        "init", "make the evidence key that signs manifests", [directory, json],
        example: "init --directory coordinator"
      ) { arguments, console in
        let now = try UTCTime(secondsSinceEpoch: SystemClock().now())
        let identity = try SigningIdentity.create(role: .evidence, now: now)
        try identity.save(to: arguments[directory])
        show(identity, asJSON: arguments[json], on: console)
        console.note("keep \(arguments[directory])/root.key offline; sealing needs only the leaf")
        return .done
      },
      Command(
        "status", "show the fingerprint of the evidence key, for buyers to pin", [directory, json],
        example: "status --directory coordinator"
      ) { arguments, console in
        let identity = try SigningIdentity.load(from: arguments[directory])
        show(identity, asJSON: arguments[json], on: console)
        return .done
      },
    ])

  static func main() async { await tool.main() }
}

private func show(_ identity: SigningIdentity, asJSON: Bool, on console: Console) {
  if asJSON {
    console.write(encodeCanonicalJSON(["fingerprint": .string(identity.fingerprint.digest.text)]))
    console.print("")
  } else {
    console.print("fingerprint: \(identity.fingerprint.text)")
  }
}
