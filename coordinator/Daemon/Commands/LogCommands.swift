import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy

private let out = Parameter<String>.path("--out", "file to write the entries to, one a line").optional()
private let file = Parameter<String>.path(
  "--file", "verify this export instead of asking the coordinator"
).optional()
private let tenant = Parameter<String>.text(
  "--tenant", "the tenant whose log the file is", placeholder: "ID"
).optional()
private let profile = Options.profile.optional()

/// `coordinator audit …`, `status`, `export-state`, `routes`: what happened, and how things are.
let logCommands = [
  Command(
    "status", "show how the coordinator is, with the fingerprint that buyers pin",
    [Options.profile, Options.json], example: "status --profile vendor"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let status: StatusDocument = try await client.get(try path(.status))
    if arguments[Options.json] {
      console.print(json: status)
      return .done
    }
    console.print("tenant: \(status.tenant)")
    console.print("fingerprint: \(Fingerprint(status.evidenceRoot).text)")
    console.print("coordinator: \(status.build), \(status.state.rawValue), \(status.time.text)")
    let sites = SiteState.allCases.compactMap { state in
      status.sites[state].map { "\($0) \(state.rawValue)" }
    }
    console.print("sites: \(sites.isEmpty ? "none" : sites.joined(separator: ", "))")
    console.print("studies: \(status.studies), open rounds: \(status.openRounds)")
    console.print("audit log: \(status.auditHead) entries, \(status.auditDigest?.text ?? "empty")")
    return .done
  },
  Command(
    "audit list", "list the tenant's audit log, oldest first, and write it to a file for keeping",
    [Options.profile, out, Options.json], example: "audit list --profile vendor --out audit.jsonl"
  ) { arguments, console in
    let entries = try await APIClient(profileIn: arguments[Options.profile]).auditEntries()
    if let path = arguments[out] {
      try writeFileAtomically(entries.flatMap { encodeCanonicalJSON(.object($0)) + [0x0A] }, to: path)
      console.print("written: \(entries.count) entries to \(path)")
    } else if arguments[Options.json] {
      for entry in entries {
        console.write(encodeCanonicalJSON(.object(entry)))
        console.print("")
      }
    } else {
      for entry in entries { console.print(auditLine(entry)) }
    }
    return .done
  },
  Command(
    "audit verify", "check that no entry of the audit log was changed, left out or moved",
    [profile, file, tenant, Options.json], example: "audit verify --profile vendor"
  ) { arguments, console in
    var chain: AuditChain
    let entries: [[UInt8]]
    switch (arguments[profile], arguments[file], arguments[tenant]) {
    case (let folder?, nil, nil):
      let client = try APIClient(profileIn: folder)
      chain = AuditChain(tenant: client.profile.tenant)
      entries = try await client.auditEntries().map { encodeCanonicalJSON(.object($0)) }
    case (nil, let path?, let id?):
      chain = AuditChain(tenant: id)
      entries = try readFile(path, maximumBytes: 1 << 30).split(separator: 0x0A).map(Array.init)
    default:
      throw ToolError(
        "it is not clear which log is meant", remedy: "give --profile, or --file and --tenant",
        exitCode: .usage)
    }
    for entry in entries { try chain.take(entry) }
    let head = try chain.finish()
    if arguments[Options.json] {
      console.write(
        encodeCanonicalJSON([
          "entries": .integer(Int64(head.sequence)), "head": .string(head.digest.text),
        ]))
      console.print("")
    } else {
      console.print("\("ok", .green)     \(head.sequence) entries, each holds the digest of the one before")
      console.print("head   \(head.digest.text); compare it with one that you kept")
    }
    return .done
  },
  Command(
    "export-state", "print the tenant's state in one canonical document, for comparing",
    [Options.profile], example: "export-state --profile vendor"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    console.write(try await client.send("GET", try path(.state), body: nil, maximumResponseBytes: 256 << 20))
    console.print("")
    return .done
  },
  Command(
    "routes", "list the routes of the API: who may call what", [Options.json], example: "routes --json"
  ) { arguments, console in
    if arguments[Options.json] {
      console.write(RouteTable.encode())
      console.print("")
      return .done
    }
    var table = Table([("method", .left), ("path", .left), ("roles", .left), ("owner", .left)])
    for route in RouteTable.rows {
      let roles = Role.allCases.filter(route.roles.contains).map(\.rawValue)
      table.add([
        "\(route.method.rawValue)", "\(route.pattern)",
        "\(roles.isEmpty ? "anybody with an invitation" : roles.joined(separator: ", "))",
        "\(route.owner.rawValue)",
      ])
    }
    console.print(table)
    return .done
  },
]

extension APIClient {
  /// The whole audit log, page by page.
  fileprivate func auditEntries() async throws -> [JSONObject] {
    var entries: [JSONObject] = []
    while true {
      let page: AuditPageDocument = try await get(try path(.audit), query: "after=\(entries.count)")
      entries += page.entries
      if page.entries.isEmpty || entries.count >= page.head { return entries }
    }
  }
}

private func auditLine(_ entry: JSONObject) -> StyledText {
  func text(_ name: String) -> String {
    switch entry[name] {
    case .string(let text): text
    case .integer(let number): String(number)
    default: ""
    }
  }
  let refused = text("outcome") == "refused"
  return
    "\(text("sequence"))  \(text("time"))  \(text("actor"))  \(text("action"), refused ? .red : .bold)  \(text("object"))"
}
