package import CanonicalJSON
package import EvaluationProtocols
package import Gates

/// Somebody asks that the study enters a phase: from a draft to silent, or through a gate.
package struct GateMoveDocument: WireDocument {
  package static let format = "urn:equipoise:gate-move:v1"

  package let phase: PhaseName

  /// A request.
  package init(phase: PhaseName) { self.phase = phase }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    phase = try object.required("phase").choice(of: PhaseName.self)
  }

  package var members: JSONObject { ["phase": .string(phase.rawValue)] }
}

/// Somebody holds the study, or rehearses it.
package struct HoldDocument: WireDocument {
  package static let format = "urn:equipoise:hold:v1"

  package let reason: String
  package let drill: Bool
  /// The sites where it was seen; absent where it is not known, or everywhere.
  package let sites: [String]?

  /// A request.
  package init(reason: String, drill: Bool, sites: [String]? = nil) {
    self.reason = reason
    self.drill = drill
    self.sites = sites
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    reason = try object.required("reason").string(maximum: 500)
    drill = try object.required("drill").boolean()
    let sites = object.optional("sites")
    // As many as the event's list of sites holds.
    self.sites = try sites.map { field throws(DocumentError) in
      try field.list(maximum: 2000, minimum: 1) { site throws(DocumentError) in try site.identifier() }
    }
  }

  package var members: JSONObject {
    var object: JSONObject = ["reason": .string(reason), "drill": .boolean(drill)]
    object["sites"] = sites.map { .array($0.map { .string($0) }) }
    return object
  }
}

/// Somebody stops the model release.
package struct StopDocument: WireDocument {
  package static let format = "urn:equipoise:stop:v1"

  package let reason: String

  /// A request.
  package init(reason: String) { self.reason = reason }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    reason = try object.required("reason").string(maximum: 500)
  }

  package var members: JSONObject { ["reason": .string(reason)] }
}

/// Somebody asks that a held or stopped study goes on.
package struct RestartDocument: WireDocument {
  package static let format = "urn:equipoise:restart:v1"

  /// The version of the protocol that will be in force.
  package let version: Int
  package let phase: PhaseName

  /// A request.
  package init(version: Int, phase: PhaseName) {
    self.version = version
    self.phase = phase
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    version = try object.required("version").integer(in: 1...1_000_000)
    phase = try object.required("phase").choice(of: PhaseName.self)
  }

  package var members: JSONObject { ["version": number(version), "phase": .string(phase.rawValue)] }
}

/// Somebody writes down what is known about an incident; at least one of the four.
package struct IncidentNoteDocument: WireDocument {
  package static let format = "urn:equipoise:incident-note:v1"

  package let text: String?
  package let owner: String?
  /// A text or an address, which is never fetched.
  package let runbook: String?
  package let correctiveAction: String?

  /// A note.
  package init(
    text: String? = nil, owner: String? = nil, runbook: String? = nil, correctiveAction: String? = nil
  ) {
    self.text = text
    self.owner = owner
    self.runbook = runbook
    self.correctiveAction = correctiveAction
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    let text = object.optional("text")
    let owner = object.optional("owner")
    let runbook = object.optional("runbook")
    let correctiveAction = object.optional("correctiveAction")
    guard text != nil || owner != nil || runbook != nil || correctiveAction != nil else {
      throw DocumentError(
        path: "", problem: "a note that says nothing",
        remedy: "give a text, an owner, a runbook or a corrective action")
    }
    self.text = try text?.string(maximum: 500)
    self.owner = try owner?.string(maximum: 200)
    self.runbook = try runbook?.string(maximum: 500)
    self.correctiveAction = try correctiveAction?.string()
  }

  package var members: JSONObject {
    var object: JSONObject = [:]
    object["text"] = text.map(JSONValue.string)
    object["owner"] = owner.map(JSONValue.string)
    object["runbook"] = runbook.map(JSONValue.string)
    object["correctiveAction"] = correctiveAction.map(JSONValue.string)
    return object
  }
}

/// Somebody closes an incident.
package struct IncidentCloseDocument: WireDocument {
  package static let format = "urn:equipoise:incident-close:v1"

  /// How it ended.
  package let text: String

  /// A closure.
  package init(text: String) { self.text = text }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    text = try object.required("text").string(maximum: 500)
  }

  package var members: JSONObject { ["text": .string(text)] }
}

/// Somebody writes down a change around the model.
package struct ChangeDocument: WireDocument {
  package static let format = "urn:equipoise:change:v1"

  package let change: StudyFact.Change
  /// Where; absent for the whole study.
  package let site: String?
  /// When it took effect.
  package let at: UTCTime
  package let text: String

  /// A change.
  package init(change: StudyFact.Change, site: String? = nil, at: UTCTime, text: String) {
    self.change = change
    self.site = site
    self.at = at
    self.text = text
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    change = try object.required("change").choice(of: StudyFact.Change.self)
    site = try object.optional("site")?.identifier()
    at = try object.required("at").time()
    text = try object.required("text").string(maximum: 500)
  }

  package var members: JSONObject {
    var object: JSONObject = [
      "change": .string(change.rawValue), "at": .string(at.text), "text": .string(text),
    ]
    object["site"] = site.map(JSONValue.string)
    return object
  }
}
