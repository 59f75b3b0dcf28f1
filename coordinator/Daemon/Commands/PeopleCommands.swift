import CanonicalJSON
import CoordinatorAPI
import Cryptography
import Rounds
import ServiceRuntime
import Tenancy

private let config = Parameter<String>.path("--config", "the configuration, coordinator.json")
private let tenant = Parameter<String>.text("--tenant", "the tenant's id", placeholder: "ID")
private let operatorName = Parameter<String>.text("--operator", "the operator's name")
  .defaulting(to: "operator")
private let administrator = Parameter<String>.text("--administrator", "the administrator's name")
  .defaulting(to: "administrator")
private let profileOut = Parameter<String>.path("--out", "folder for the profile, made anew")

/// `coordinator operator add`, `administrator add`, `profile renew`: certificates of people.
let peopleCommands = [
  Command(
    "operator add", "make another operator, on the server itself and while it is stopped",
    [config, operatorName, profileOut, Options.json],
    example: "operator add --config coordinator/coordinator.json --operator B.Person --out operator-b"
  ) { arguments, console in
    let (configuration, deployment) = try openDeployment(arguments[config])
    let user = try await deployment.addOperator(
      name: arguments[operatorName], apiURL: configuration.url, profileFolder: arguments[profileOut],
      now: currentTime())
    if arguments[Options.json] {
      console.write(
        encodeCanonicalJSON(["operator": .string(user), "profile": .string(arguments[profileOut])]))
      console.print("")
    } else {
      console.print("operator: \(user), profile in \(arguments[profileOut])")
    }
    return .done
  },
  Command(
    "administrator add", "make another administrator, on the server itself and while it is stopped",
    [config, tenant, administrator, profileOut, Options.json],
    example: "administrator add --config coordinator/coordinator.json --tenant t-… --out vendor-b"
  ) { arguments, console in
    let (configuration, deployment) = try openDeployment(arguments[config])
    guard let store = deployment.tenants.store(of: arguments[tenant]) else {
      throw ToolError(
        "there is no tenant \(arguments[tenant])", remedy: "see `coordinator tenant list`",
        exitCode: .inputRefused)
    }
    let key = try SigningKey()
    let account = try await store.addAccount(
      name: arguments[administrator], request: CertificateRequest.make(by: key).der, by: "system",
      at: currentTime())
    try Profile.write(
      to: arguments[profileOut], url: configuration.url, tenant: arguments[tenant], user: account.user,
      key: key, certificate: account.issued.certificate, serverAuthority: deployment.serverAuthority)
    if arguments[Options.json] {
      console.write(
        encodeCanonicalJSON(["user": .string(account.user), "profile": .string(arguments[profileOut])]))
      console.print("")
    } else {
      console.print("administrator: \(account.user), profile in \(arguments[profileOut])")
    }
    return .done
  },
  Command(
    "profile renew", "replace a profile's key and certificate, from half of its life on",
    [Options.profile, Options.json], example: "profile renew --profile vendor"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let certificate = try await ProfileRenewal(client.profile).renew(with: client)
    let end = try UTCTime(secondsSinceEpoch: certificate.notAfter)
    if arguments[Options.json] {
      console.write(encodeCanonicalJSON(["notAfter": .string(end.text)]))
      console.print("")
    } else {
      console.print("renewed, valid until \(end.text)")
    }
    return .done
  },
]

/// The deployment of a configuration, which a server must not have open.
private func openDeployment(_ path: String) throws -> (CoordinatorConfiguration, Deployment) {
  let configuration = try CoordinatorConfiguration.load(from: path)
  let deployment = try Deployment.open(
    directory: configuration.directory, schemas: [roundsSchema], settings: configuration.settings,
    now: currentTime())
  return (configuration, deployment)
}
