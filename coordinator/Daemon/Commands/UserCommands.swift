import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime

private let role = Parameter<PersonRole>.choice("--role", "what the person may do")
private let name = Parameter<String>.text("--name", "the person's name, as it is shown to others")
private let hours = Parameter<Int>.integer("--hours", "how long the invitation lives", in: 1...24)
  .defaulting(to: 24)
private let file = Parameter<String>.path("--out", "file to write the invitation to; mode 0600")
private let user = Parameter<String>.text("USER", "the person's id, u-…, from `coordinator user list`")
private let reason = Parameter<String>.text("--reason", "why, in your words; it stays in the audit log")
private let invitation = Parameter<String>.path("INVITATION", "the file that the administrator sent")
private let profile = Parameter<String>.path("--profile", "folder for the profile, made anew")

/// `coordinator user …`, `coordinator join`: who of a tenant's people may come, and how they get in.
let userCommands = [
  Command(
    "user invite", "make a one-time invitation for a person, with a role",
    [Options.profile, role, name, hours, file, Options.json],
    example:
      "user invite --profile vendor --role reviewer --name \"Dr Ada Marsh\" --out marsh.invitation.json"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let invitation: PersonInvitationDocument = try await client.send(
      "POST", try path(.inviteUser),
      PersonInvitationRequestDocument(
        role: arguments[role], name: arguments[name], lifetimeSeconds: arguments[hours] * 3600))
    try makeFolder(of: arguments[file])
    try KeyFile.write(invitation.encode(), to: arguments[file])
    if arguments[Options.json] {
      // The secret is in the file only.
      console.write(
        encodeCanonicalJSON([
          "invitation": .string(invitation.id), "user": .string(invitation.user),
          "role": .string(invitation.role.rawValue), "expiresAt": .string(invitation.expiresAt.text),
          "file": .string(arguments[file]),
        ]))
      console.print("")
      return .done
    }
    console.print("user: \(invitation.user), \(invitation.role.rawValue), \(invitation.name)")
    console.print("invitation: \(arguments[file]), works once, until \(invitation.expiresAt.text)")
    console.note("hand it to this person as you would a password; it is not in any log")
    return .done
  },
  Command(
    "user list", "list the tenant's people with their roles and states", [Options.profile, Options.json],
    example: "user list --profile vendor"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let answer: UsersDocument = try await client.get(try path(.users))
    show(answer, asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "user revoke", "shut a person out, at once", [Options.profile, user, reason, Options.json],
    example: "user revoke u-… --profile vendor --reason \"left the study\""
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let answer: UsersDocument = try await client.send(
      "POST", try path(.revokeUser, [.user: arguments[user]]),
      UserRevocationDocument(reason: arguments[reason]))
    show(answer, asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "join", "use an invitation; the key is made here and never leaves", [invitation, profile, Options.json],
    example: "join marsh.invitation.json --profile marsh"
  ) { arguments, console in
    let join = try PersonJoin(
      invitation: readFile(arguments[invitation], maximumBytes: JSONLimits.small.maximumBytes),
      folder: arguments[profile])
    let joined = try await join.run(at: currentTime())
    if arguments[Options.json] {
      console.write(
        encodeCanonicalJSON([
          "tenant": .string(joined.tenant), "user": .string(joined.user),
          "role": .string(joined.role.rawValue), "evidenceRoot": .string(joined.evidenceRoot.text),
          "profile": .string(arguments[profile]),
        ]))
      console.print("")
      return .done
    }
    console.print("joined \(joined.tenant) as \(joined.role.rawValue): \(joined.user)")
    console.print("profile: \(arguments[profile])")
    console.print("the coordinator's fingerprint, for your trust file after the administrator read it out:")
    console.print("  \(Fingerprint(joined.evidenceRoot).text)")
    console.note("the invitation has been used; delete \(arguments[invitation])")
    return .done
  },
]

private func show(_ document: UsersDocument, asJSON: Bool, on console: Console) {
  if asJSON { return console.print(json: document) }
  var table = Table([("user", .left), ("role", .left), ("state", .left), ("until", .left), ("name", .left)])
  for user in document.users {
    table.add([
      "\(user.user)", "\(user.role.rawValue)", "\(user.state.rawValue)",
      "\((user.certificateNotAfter ?? user.invitationExpiresAt)?.text ?? "–")", "\(user.name)",
    ])
  }
  console.print(table)
}
