import Attestations
import CanonicalJSON
import Cryptography
import ServiceRuntime

extension SigningIdentityError: DescribedError {}
extension TimeError: DescribedError {}

private let directory = Parameter<String>.path("--directory", "folder of the coordinator's keys")

/// `coordinator`: so far only its evidence key; the server comes with the wire protocol.
@main
enum CoordinatorTool {
  static let tool = Tool(
    name: "coordinator", version: "0.1.0", summary: "keeps the vendor's side of a multi-site evaluation",
    commands: [
      Command(
        "init", "make the evidence key that signs manifests", [directory],
        example: "init --directory coordinator"
      ) { arguments, console in
        let now = try UTCTime(secondsSinceEpoch: SystemClock().now())
        let identity = try SigningIdentity.create(role: .evidence, now: now)
        try identity.save(to: arguments[directory])
        console.print("fingerprint: \(identity.fingerprint.text)")
        console.note("keep \(arguments[directory])/root.key offline; sealing needs only the leaf")
        return .done
      },
      Command(
        "status", "show the fingerprint of the evidence key, for buyers to pin", [directory],
        example: "status --directory coordinator"
      ) { arguments, console in
        let identity = try SigningIdentity.load(from: arguments[directory])
        console.print("fingerprint: \(identity.fingerprint.text)")
        return .done
      },
    ])

  static func main() async { await tool.main() }
}
