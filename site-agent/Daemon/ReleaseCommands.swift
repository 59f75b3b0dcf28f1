import CanonicalJSON
import Cryptography
import ServiceRuntime
import SiteOperations

private let assignment = Parameter<String>.text(
  "ASSIGNMENT", "the assignment's id; default: the only one that waits", placeholder: "ASSIGNMENT"
).optional()
private let out = Parameter<String>.path(
  "--out", "write the exact bytes to this file; - for standard output", placeholder: "FILE"
).optional()
private let package = Parameter<Digest>.custom(
  "DIGEST", "SHA-256 of the package, as preview shows it", placeholder: "DIGEST",
  expected: "64 hexadecimal digits"
) { text in
  (try? Digest(parsing: text)) ?? (try? Digest(hex: text))
}
private let reason = Parameter<String>.text("--reason", "why", placeholder: "TEXT")
  .defaulting(to: "previewed")

let releaseCommands: [Command] = [previewCommand, releaseCommand]

/// `site-agent preview`.
private let previewCommand = Command(
  "preview", "show the exact bytes that would leave, their digest and what they say",
  [assignment, out, AgentOptions.directory, AgentOptions.config, AgentOptions.json],
  example: "preview a-mfrggzdfmztwq2lknnwg23tpoa --out package.json"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let store = try agent.store()
  let preview = try await ReleasePreview(waiting(arguments[assignment], in: store), in: store)
  try await store.markPreviewed(preview.record.id, at: Agent.now())
  let digest = preview.item.package.text
  switch arguments[out] {
  case "-":
    console.write(preview.content)
    console.note("sha256 of what was written: \(digest)")
    return .done
  case let path?: try writeFileAtomically(preview.content, to: path, mode: 0o600)
  case nil: break
  }
  if arguments[AgentOptions.json] {
    console.printJSON([
      "assignment": .string(preview.record.id), "package": .string(digest),
      "bytes": .integer(Int64(preview.content.count)), "state": .string(preview.record.state.rawValue),
      "whatLeaves": .array(preview.lines.map(JSONValue.string)),
      "changes": .array(preview.changes.map(JSONValue.string)),
    ])
    return .done
  }
  console.print("package \(digest, .bold)")
  for line in preview.lines { console.print("  \(line)") }
  console.print("since the previous release:")
  for line in preview.changes { console.print("  \(line)") }
  if let path = arguments[out] { console.print("exact bytes: \(path)") }
  if !preview.record.state.mayHaveLeft, preview.record.state != .approved {
    console.print(
      "to let exactly these bytes leave: site-agent release \(preview.item.package.hex) --name NAME")
  }
  return .done
}

/// The assignment that is named, or the only one whose package waits for somebody to look at it.
private func waiting(_ given: String?, in store: SiteStore) async throws -> String {
  if let given { return given }
  let waiting = try await store.assignments().filter { [.computed, .previewed].contains($0.state) }
  guard let only = waiting.first, waiting.count == 1 else {
    throw ToolError(
      waiting.isEmpty ? "no package waits for a release" : "\(waiting.count) packages wait for a release",
      remedy: "see `site-agent status` and name the assignment", exitCode: .inputRefused)
  }
  return only.id
}

/// `site-agent release`.
private let releaseCommand = Command(
  "release", "let exactly the previewed bytes leave",
  [package, AgentOptions.name, reason, AgentOptions.directory, AgentOptions.config],
  example:
    "release 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --name A.Person"
) { arguments, console in
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let id = try await agent.store().release(
    arguments[package], by: arguments[AgentOptions.name], reason: arguments[reason], at: Agent.now())
  console.print("released \(arguments[package].text) for \(id); the daemon sends it")
  return .done
}
