import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy

private let name = Parameter<String>.text(
  "--name", "the deployment's name, like a DNS name: certificates carry it", placeholder: "NAME")
private let host = Parameter<String>.text(
  "--host", "address on which the coordinator listens and is reached", placeholder: "ADDRESS")
private let serverName = Parameter<String>.text(
  "--server-name", "another DNS name or address for the server's certificate", placeholder: "NAME"
).repeated()
private let apiPort = Parameter<Int>.integer("--api-port", "port with client certificates", in: 1...65_535)
  .defaulting(to: 8443)
private let joinPort = Parameter<Int>.integer(
  "--join-port", "port for joining, open while an invitation lives", in: 1...65_535
).defaulting(to: 8444)
private let operatorName = Parameter<String>.text("--operator", "the operator's name")
  .defaulting(to: "operator")
private let title = Parameter<String>.text("--title", "the tenant's name, for people")
private let administrator = Parameter<String>.text("--administrator", "the administrator's name")
  .defaulting(to: "administrator")
private let root = Parameter<String>.path("--root", "folder with root.key and root.pem")
private let profileOut = Parameter<String>.path("--out", "folder for the administrator's profile, made anew")
/// A passphrase file holds one line.
private let longestPassphrase = 1024

/// `coordinator init`, `coordinator tenant …`: what needs the root key or an operator.
let deploymentCommands = [
  Command(
    "init", "make a deployment: root, server certificate, store, first operator",
    [
      Options.directory, name, host, serverName, apiPort, joinPort, operatorName, Options.passphraseFile,
      Options.json,
    ],
    example: """
      init --directory coordinator --name coordinator.example --host 192.0.2.10 --passphrase-file passphrase
      """
  ) { arguments, console in
    let directory = arguments[Options.directory]
    let host = arguments[host]
    let configuration = CoordinatorConfiguration.initial(
      host: host, apiPort: arguments[apiPort], joinPort: arguments[joinPort])
    let created = try Deployment.create(
      directory: directory, name: arguments[name], serverNames: [host] + arguments[serverName],
      apiURL: CoordinatorConfiguration.url(host: host, port: arguments[apiPort]),
      operatorName: arguments[operatorName], passphrase: readPassphrase(arguments[Options.passphraseFile]),
      now: currentTime())
    try writeFileAtomically(configuration, to: directory + "/coordinator.json")
    if arguments[Options.json] {
      console.write(
        encodeCanonicalJSON([
          "root": .string(created.rootFingerprint.text), "operator": .string(created.firstOperator),
          "profile": .string(created.profileFolder),
        ]))
      console.print("")
      return .done
    }
    console.print("root: \(Fingerprint(created.rootFingerprint).text)")
    console.print("operator: \(created.firstOperator), profile in \(created.profileFolder)")
    console.note("move \(directory)/root to a medium that is kept offline; serving does not need it")
    return .done
  },
  Command(
    "tenant create", "make a tenant with its first administrator, with the root key",
    [
      Options.profile, title, administrator, root, Options.passphraseFile, profileOut, Options.json,
    ],
    example: """
      tenant create --profile coordinator/operator --title "Example vendor" --root root \
      --passphrase-file passphrase --out vendor
      """
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let key = try SigningKey()
    // Opened before anything is asked for: a wrong passphrase costs nothing.
    let root = try DeploymentRoot.load(
      from: arguments[root], passphrase: readPassphrase(arguments[Options.passphraseFile]))
    let asked: TenantCertificateRequestDocument = try await client.send(
      "POST", try path(.createTenant),
      TenantRequestDocument(
        name: arguments[title], administratorName: arguments[administrator],
        administratorRequest: try CertificateRequest.make(by: key).der))
    let prefix = asked.tenant + "."
    guard asked.nameConstraint.hasPrefix(prefix) else {
      throw ToolError(
        "the coordinator asks for an authority over \(asked.nameConstraint), which is not tenant \(asked.tenant)",
        remedy: "do not sign; find out who answers at \(client.profile.url)",
        exitCode: .signatureOrDigestWrong)
    }
    let authority = try root.issueTenantAuthority(
      request: asked.request, tenant: asked.tenant,
      deployment: String(asked.nameConstraint.dropFirst(prefix.count)), now: currentTime())
    let opened: TenantOpenedDocument = try await client.send(
      "PUT", try path(.certifyTenant, [.tenant: asked.tenant]),
      TenantCertificateDocument(certificate: authority.der))
    try Profile.write(
      to: arguments[profileOut], url: client.profile.url, tenant: opened.tenant, user: opened.user, key: key,
      certificate: Certificate(der: opened.certificate),
      serverAuthority: Certificate(pem: KeyFile.readPublic(client.profile.authorityFile)))
    if arguments[Options.json] {
      console.print(json: opened)
    } else {
      console.print("tenant: \(opened.tenant)")
      console.print("administrator: \(opened.user), profile in \(arguments[profileOut])")
    }
    return .done
  },
  Command(
    "tenant list", "list the deployment's tenants", [Options.profile, Options.json],
    example: "tenant list --profile coordinator/operator"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let tenants: TenantsDocument = try await client.get(try path(.tenants))
    if arguments[Options.json] {
      console.print(json: tenants)
      return .done
    }
    var table = Table([("tenant", .left), ("state", .left), ("name", .left)])
    for tenant in tenants.tenants {
      table.add(["\(tenant.tenant)", "\(tenant.state.rawValue)", "\(tenant.name)"])
    }
    console.print(table)
    return .done
  },
]

/// The passphrase in a file that only its owner can read, without the end of its line.
private func readPassphrase(_ path: String) throws -> [UInt8] {
  var bytes = try KeyFile.read(path)
  if bytes.last == 0x0A { bytes.removeLast() }
  guard (DeploymentRoot.shortestPassphrase...longestPassphrase).contains(bytes.count), !bytes.contains(0x0A)
  else {
    throw ToolError(
      "\(path) does not hold one line of \(DeploymentRoot.shortestPassphrase) to \(longestPassphrase) bytes",
      remedy: "write a passphrase into it, on one line", exitCode: .inputRefused)
  }
  return bytes
}
