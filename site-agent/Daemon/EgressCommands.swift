import CanonicalJSON
import Cryptography
import ServiceRuntime
import SiteOperations

private let number = Parameter<Int>.integer(
  "NUMBER", "number of the entry, as list shows it", in: 1...1_000_000_000, placeholder: "NUMBER")
private let body = Parameter<String>.path(
  "--body", "write the bytes that left to this file", placeholder: "FILE"
).optional()
private let out = Parameter<String>.path(
  "--out", "also write the log to this file, to be kept or verified elsewhere", placeholder: "FILE"
).optional()
private let file = Parameter<String>.path(
  "--file", "verify this exported log instead; no agent is needed", placeholder: "FILE"
).optional()
private let head = Parameter<Digest>.custom(
  "--head", "a head that was noted earlier; the log has to contain it still", placeholder: "DIGEST",
  expected: "sha256: and 64 hexadecimal digits"
) { text in
  (try? Digest(parsing: text)) ?? (try? Digest(hex: text))
}
.optional()

let egressCommands: [Command] = [listCommand, showCommand, verifyCommand]

/// `site-agent egress list`.
private let listCommand = Command(
  "egress list", "list everything that left, or was about to",
  [AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "egress list --directory /var/lib/site-agent"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let entries = try await agent.store().egressEntries().enumerated().map {
    try EgressEntry(parsing: $0.element, at: $0.offset + 1)
  }
  if arguments[AgentOptions.json] {
    console.printJSON(["entries": .array(entries.map { .object($0.json) })])
    return .done
  }
  var table = Table([
    ("no.", .right), ("time", .left), ("what", .left), ("bytes", .right), ("digest", .left),
    ("assignment", .left),
  ])
  for entry in entries {
    table.add([
      "\(entry.sequence)", StyledText(entry.time.text), StyledText(entry.kind.rawValue), "\(entry.bytes)",
      StyledText(String(entry.digest.hex.prefix(16))), StyledText(entry.assignment ?? "–"),
    ])
  }
  console.print(table)
  return .done
}

/// `site-agent egress show`.
private let showCommand = Command(
  "egress show", "show one entry, and write the bytes that left",
  [number, body, AgentOptions.directory, AgentOptions.config], example: "egress show 3 --body sent.json"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let entries = try await store.egressEntries()
  guard entries.indices.contains(arguments[number] - 1) else {
    throw ToolError(
      "the log has \(entries.count) entries", remedy: "site-agent egress list shows them",
      exitCode: .inputRefused)
  }
  let bytes = entries[arguments[number] - 1]
  let entry = try EgressEntry(parsing: bytes, at: arguments[number])
  console.write(bytes)
  console.print("")
  if let path = arguments[body] {
    guard let content = try await store.body(entry.digest) else {
      throw ToolError(
        "the body of a \(entry.kind.rawValue) is not kept: it held a secret that worked once",
        exitCode: .inputRefused)
    }
    try writeFileAtomically(content, to: path, mode: 0o600)
  }
  return .done
}

/// `site-agent egress verify`.
private let verifyCommand = Command(
  "egress verify", "recompute the egress log: of the agent, or of an exported file anywhere",
  [file, head, out, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "egress verify --file egress.log"
) { arguments, console in
  let summary: EgressLogSummary
  if let path = arguments[file] {
    summary = try EgressLog.verify(
      exported: readFile(path, maximumBytes: 1 << 30), knownHead: arguments[head])
  } else {
    let agent = try Agent(
      directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
    let store = try agent.store()
    summary = try await store.verifyEgress(knownHead: arguments[head])
    if let path = arguments[out] {
      let identity = try agent.identity()
      try writeFileAtomically(
        EgressLog.export(await store.egressEntries(), tenant: identity.tenant, site: identity.site), to: path,
        mode: 0o600)
    }
  }
  if arguments[AgentOptions.json] {
    console.printJSON([
      "entries": .integer(Int64(summary.entries)), "head": .string(summary.head.text),
    ])
  } else {
    console.print("egress log verifies: \(summary.entries) entries")
    console.print("head: \(summary.head.text)")
    console.note("note the head elsewhere; with --head a later check finds a log that was cut off")
  }
  return .done
}
