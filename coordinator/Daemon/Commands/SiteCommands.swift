import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime

private let lifetime = Parameter<Int64>.seconds("--lifetime", "how long the invitation lives, at most 24h")
  .defaulting(to: 3600, shown: "1h")
private let displayName = Parameter<String>.text("--title", "the hospital's name, for people").optional()
private let file = Parameter<String>.path("--out", "file to write the invitation to; mode 0600")
private let fingerprint = Parameter<String>.text(
  "--fingerprint", "what the hospital read out from its own `site-agent status`", placeholder: "SHA256")
private let reason = Parameter<RevocationReason>.choice("--reason", "why")

/// `coordinator site …`: who takes part, and how a hospital gets in.
let siteCommands = [
  Command(
    "site invite", "make a one-time invitation for a hospital's agent",
    [Options.profile, Options.site, displayName, lifetime, file, Options.json],
    example: "site invite --profile vendor --site north --out north.invitation.json"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let site = arguments[Options.site]
    let invitation: InvitationDocument = try await client.send(
      "POST", try path(.inviteSite, [.site: site]),
      InvitationRequestDocument(
        lifetimeSeconds: Int(arguments[lifetime]), displayName: arguments[displayName] ?? site))
    try makeFolder(of: arguments[file])
    try KeyFile.write(invitation.encode(), to: arguments[file])
    if arguments[Options.json] {
      // The secret is in the file only.
      console.write(
        encodeCanonicalJSON([
          "invitation": .string(invitation.id), "site": .string(site),
          "expiresAt": .string(invitation.expiresAt.text), "file": .string(arguments[file]),
        ]))
      console.print("")
      return .done
    }
    console.print("invitation: \(arguments[file]), works once, until \(invitation.expiresAt.text)")
    console.note("hand it to the hospital's IT as you would a password; it is not in any log")
    return .done
  },
  Command(
    "site confirm", "let a hospital's agent work, after comparing its fingerprint by telephone",
    [Options.profile, Options.site, fingerprint, Options.json],
    example: "site confirm --profile vendor --site north --fingerprint \"sha256:3b1f …\""
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let told = try Fingerprint(parsing: arguments[fingerprint])
    let answer: SitesDocument = try await client.send(
      "POST", try path(.confirmSite, [.site: arguments[Options.site]]),
      ConfirmationDocument(fingerprint: told.digest))
    show(answer, asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "site revoke", "shut a hospital's agent out, at once",
    [Options.profile, Options.site, reason, Options.json],
    example: "site revoke --profile vendor --site north --reason keyCompromised"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let answer: SitesDocument = try await client.send(
      "POST", try path(.revokeSite, [.site: arguments[Options.site]]),
      RevocationDocument(reason: arguments[reason]))
    show(answer, asJSON: arguments[Options.json], on: console)
    return .done
  },
  Command(
    "site list", "list the hospitals with their fingerprints and states",
    [Options.profile, Options.json], example: "site list --profile vendor"
  ) { arguments, console in
    let client = try APIClient(profileIn: arguments[Options.profile])
    let answer: SitesDocument = try await client.get(try path(.sites))
    show(answer, asJSON: arguments[Options.json], on: console)
    return .done
  },
]

private func show(_ document: SitesDocument, asJSON: Bool, on console: Console) {
  if asJSON { return console.print(json: document) }
  var table = Table([
    ("site", .left), ("state", .left), ("certificate until", .left), ("last seen", .left),
    ("fingerprint", .left),
  ])
  for site in document.sites {
    table.add([
      "\(site.site)", "\(site.state.rawValue)", "\(site.certificateNotAfter?.text ?? "–")",
      "\(site.lastSeen?.text ?? "–")", "\(site.signingRoot.map { Fingerprint($0).text } ?? "–")",
    ])
  }
  console.print(table)
}
