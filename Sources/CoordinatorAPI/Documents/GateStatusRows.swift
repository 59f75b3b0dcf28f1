package import CanonicalJSON
package import EvaluationProtocols
package import Gates
package import PhaseGrants

/// A required signature and where it stands.
package struct GateSignOff: Sendable, Equatable {
  package let role: String
  /// Who signed, or has to sign, as printed.
  package let person: String
  package let organisation: String
  package let standing: Standing
  /// What stands; nil where nobody signed. With it come the four that follow.
  package let decision: Decision?
  package let signedAt: UTCTime?
  package let validUntil: UTCTime?
  /// The sentence that the signature means.
  package let meaning: String?
  package let conditions: [String]
  /// The named reviewer, where a delegate signed.
  package let onBehalfOf: String?
  /// Since when the approval is missing; nil where it is there.
  package let since: UTCTime?

  /// Where a signature stands, in a word.
  package enum Standing: String, CaseIterable, Sendable {
    case keyUnknown, missing, approved, rejected, abstained, expired, void
  }

  /// A row.
  package init(
    role: String, person: String, organisation: String, standing: Standing, decision: Decision? = nil,
    signedAt: UTCTime? = nil, validUntil: UTCTime? = nil, meaning: String? = nil, conditions: [String] = [],
    onBehalfOf: String? = nil, since: UTCTime? = nil
  ) {
    self.role = role
    self.person = person
    self.organisation = organisation
    self.standing = standing
    self.decision = decision
    self.signedAt = signedAt
    self.validUntil = validUntil
    self.meaning = meaning
    self.conditions = conditions
    self.onBehalfOf = onBehalfOf
    self.since = since
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      GateSignOff(
        role: try object.required("role").string(maximum: 100),
        person: try object.required("person").string(maximum: 200),
        organisation: try object.required("organisation").string(maximum: 200),
        standing: try object.required("standing").choice(of: Standing.self),
        decision: try object.optional("decision")?.choice(of: Decision.self),
        signedAt: try object.optional("signedAt")?.time(),
        validUntil: try object.optional("validUntil")?.time(),
        meaning: try object.optional("meaning")?.string(maximum: 300),
        conditions: try object.required("conditions").list(maximum: 20) {
          text throws(DocumentError) in try text.string(maximum: 500)
        },
        onBehalfOf: try object.optional("onBehalfOf")?.string(maximum: 200),
        since: try object.optional("since")?.time())
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "role": .string(role), "person": .string(person), "organisation": .string(organisation),
      "standing": .string(standing.rawValue), "conditions": .array(conditions.map { .string($0) }),
    ]
    object["decision"] = decision.map { .string($0.rawValue) }
    object["signedAt"] = signedAt.map { .string($0.text) }
    object["validUntil"] = validUntil.map { .string($0.text) }
    object["meaning"] = meaning.map(JSONValue.string)
    object["onBehalfOf"] = onBehalfOf.map(JSONValue.string)
    object["since"] = since.map { .string($0.text) }
    return .object(object)
  }
}

/// An incident in the status.
package struct GateIncident: Sendable, Equatable {
  package let id: String
  package let title: String
  package let isOpen: Bool
  package let isDrill: Bool
  package let openedAt: UTCTime
  package let owner: String?
  package let runbook: String?
  package let correctiveAction: String?
  /// Who closed it; empty while it is open.
  package let closedBy: [String]
  package let closedAt: UTCTime?
  /// From the breach until the last site could show nothing; nil while one is missing, and without a stop.
  package let stopSeconds: Int?
  /// The sites whose acknowledgement is missing: the first `GateStatusDocument.mostWaiting`.
  package let waitingFor: [String]
  /// What happened, in order: the newest `GateStatusDocument.mostEntries`.
  package let timeline: [IncidentReview.Entry]

  /// A row.
  package init(
    id: String, title: String, isOpen: Bool, isDrill: Bool, openedAt: UTCTime, owner: String?,
    runbook: String?, correctiveAction: String?, closedBy: [String], closedAt: UTCTime?, stopSeconds: Int?,
    waitingFor: [String], timeline: [IncidentReview.Entry]
  ) {
    self.id = id
    self.title = title
    self.isOpen = isOpen
    self.isDrill = isDrill
    self.openedAt = openedAt
    self.owner = owner
    self.runbook = runbook
    self.correctiveAction = correctiveAction
    self.closedBy = closedBy
    self.closedAt = closedAt
    self.stopSeconds = stopSeconds
    self.waitingFor = waitingFor
    self.timeline = timeline
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      GateIncident(
        id: try object.required("incident").identifier(),
        title: try object.required("title").string(maximum: 200),
        isOpen: try object.required("open").boolean(), isDrill: try object.required("drill").boolean(),
        openedAt: try object.required("openedAt").time(),
        owner: try object.optional("owner")?.string(maximum: 200),
        runbook: try object.optional("runbook")?.string(maximum: 500),
        correctiveAction: try object.optional("correctiveAction")?.string(),
        closedBy: try object.required("closedBy").list(maximum: 2000) {
          text throws(DocumentError) in try text.string(maximum: 200)
        },
        closedAt: try object.optional("closedAt")?.time(),
        stopSeconds: try object.optional("stopSeconds")?.integer(in: countRange),
        waitingFor: try object.required("waitingFor").list(maximum: GateStatusDocument.mostWaiting) {
          site throws(DocumentError) in try site.identifier()
        },
        timeline: try object.required("timeline").list(
          maximum: GateStatusDocument.mostEntries, IncidentReview.Entry.init(reading:)))
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "incident": .string(id), "title": .string(title), "open": .boolean(isOpen), "drill": .boolean(isDrill),
      "openedAt": .string(openedAt.text), "closedBy": .array(closedBy.map { .string($0) }),
      "waitingFor": .array(waitingFor.map { .string($0) }), "timeline": .array(timeline.map(\.json)),
    ]
    object["owner"] = owner.map(JSONValue.string)
    object["runbook"] = runbook.map(JSONValue.string)
    object["correctiveAction"] = correctiveAction.map(JSONValue.string)
    object["closedAt"] = closedAt.map { .string($0.text) }
    object["stopSeconds"] = stopSeconds.map(number)
    return .object(object)
  }
}

extension IncidentReview.Entry {
  fileprivate init(reading field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      IncidentReview.Entry(
        time: try object.required("time").time(),
        text: try object.required("text").string(maximum: 500))
    }
  }

  fileprivate var json: JSONValue { ["time": .string(time.text), "text": .string(text.clipped(to: 500))] }
}

/// One site in the status.
package struct GateSite: Sendable, Equatable {
  package let site: String
  package let name: String
  package let role: SiteRole
  /// How far it goes now; nil for nowhere.
  package let phase: PhaseName?
  package let consent: ConsentPhase
  /// The newest word, such as `grant of limited` or `hold`; nil where it was told nothing.
  package let word: String?
  /// Whether it acknowledged that word; nil without one.
  package let isAcknowledged: Bool?
  /// Its own people switched the model off.
  package let isDisabled: Bool

  /// A row.
  package init(
    site: String, name: String, role: SiteRole, phase: PhaseName?, consent: ConsentPhase, word: String?,
    isAcknowledged: Bool?, isDisabled: Bool
  ) {
    self.site = site
    self.name = name
    self.role = role
    self.phase = phase
    self.consent = consent
    self.word = word
    self.isAcknowledged = isAcknowledged
    self.isDisabled = isDisabled
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      GateSite(
        site: try object.required("site").identifier(),
        name: try object.required("name").string(maximum: 200),
        role: try object.required("role").choice(of: SiteRole.self),
        phase: try object.optional("phase")?.choice(of: PhaseName.self),
        consent: try object.required("consent").choice(of: ConsentPhase.self),
        word: try object.optional("word")?.string(maximum: 40),
        isAcknowledged: try object.optional("acknowledged")?.boolean(),
        isDisabled: try object.required("disabled").boolean())
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "site": .string(site), "name": .string(name), "role": .string(role.rawValue),
      "consent": .string(consent.rawValue), "disabled": .boolean(isDisabled),
    ]
    object["phase"] = phase.map { .string($0.rawValue) }
    object["word"] = word.map(JSONValue.string)
    object["acknowledged"] = isAcknowledged.map(JSONValue.boolean)
    return .object(object)
  }
}

/// The looks of one phase in the status.
package struct GateLooks: Sendable, Equatable {
  package let phase: PhaseName
  package let spent: Int
  package let planned: Int?

  /// A row.
  package init(phase: PhaseName, spent: Int, planned: Int?) {
    self.phase = phase
    self.spent = spent
    self.planned = planned
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      GateLooks(
        phase: try object.required("phase").choice(of: PhaseName.self),
        spent: try object.required("spent").integer(in: countRange),
        planned: try object.optional("planned")?.integer(in: countRange))
    }
  }

  var json: JSONValue {
    var object: JSONObject = ["phase": .string(phase.rawValue), "spent": number(spent)]
    object["planned"] = planned.map(number)
    return .object(object)
  }
}
