import CanonicalJSON
import CoordinatorAPI
import Gates
import ServiceRuntime

private let incident = Parameter<String>.text("--incident", "the incident's id", placeholder: "ID")
private let text = Parameter<String>.text("--text", "what is known, or what happened")
private let noteText = Parameter<String>.text("--text", "what is known").optional()
private let owner = Parameter<String>.text("--owner", "who looks after it", placeholder: "NAME").optional()
private let runbook = Parameter<String>.text(
  "--runbook", "what to follow: a text or an address, never fetched"
).optional()
private let corrective = Parameter<String>.text(
  "--corrective-action", "what is done so that it does not return"
)
.optional()
private let kind = Parameter<StudyFact.Change>.choice("--kind", "what changed")
private let changeSite = Parameter<String>.text(
  "--site", "where; default: the whole study", placeholder: "ID"
).optional()
private let at = Parameter<UTCTime>.custom(
  "--at", "when it took effect", placeholder: "TIME", expected: "a time such as 2026-03-01T00:00:00Z"
) { try? UTCTime(parsing: $0) }

/// `coordinator incident …` and `change add`: what happened around a study, for everybody who looks later.
let incidentCommands = [
  Command(
    "incident note", "write down what is known about an incident, who owns it and what is done",
    [
      Options.profile, Options.study, incident, noteText, owner, runbook, corrective, Options.json,
    ],
    example: "incident note --profile vendor --study heart-disease --incident x-… --owner 'Dr Marsh'"
  ) { arguments, console in
    try await change(
      .noteIncident,
      IncidentNoteDocument(
        text: arguments[noteText], owner: arguments[owner], runbook: arguments[runbook],
        correctiveAction: arguments[corrective]), arguments, console, incident: arguments[incident])
  },
  Command(
    "incident close", "close an incident that does not hold the study",
    [Options.profile, Options.study, incident, text, Options.json],
    example: "incident close --profile vendor --study heart-disease --incident x-… --text 'false alarm'"
  ) { arguments, console in
    try await change(
      .closeIncident, IncidentCloseDocument(text: arguments[text]), arguments, console,
      incident: arguments[incident])
  },
  Command(
    "change add", "record a change that may explain what the numbers do",
    [Options.profile, Options.study, kind, changeSite, at, text, Options.json],
    example: "change add --profile vendor --study heart-disease --kind workflow --site north "
      + "--at 2026-03-01T00:00:00Z --text 'new triage desk'"
  ) { arguments, console in
    try await change(
      .recordChange,
      ChangeDocument(
        change: arguments[kind], site: arguments[changeSite], at: arguments[at], text: arguments[text]),
      arguments, console)
  },
]
