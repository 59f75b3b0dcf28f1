import CanonicalJSON

extension StudyFact {
  /// Something went wrong, or is rehearsed.
  package struct IncidentOpened: Equatable, Sendable {
    package let incident: String
    package let title: String
    package let sites: [String]
    package let windows: [String]
    package let drill: Bool

    /// The fact.
    package init(incident: String, title: String, sites: [String], windows: [String], drill: Bool) {
      self.incident = incident
      self.title = title
      self.sites = sites
      self.windows = windows
      self.drill = drill
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      incident = try object.required("incident").identifier()
      title = try object.required("title").string(maximum: 200)
      sites = try object.required("sites").texts { field throws(DocumentError) in try field.identifier() }
      windows = try object.required("windows").texts { field throws(DocumentError) in try field.identifier() }
      drill = try object.required("drill").boolean()
    }

    var json: JSONObject {
      [
        "incident": .string(incident), "title": .string(title), "sites": .array(sites.map { .string($0) }),
        "windows": .array(windows.map { .string($0) }), "drill": .boolean(drill),
      ]
    }
  }

  /// Something is known about an incident.
  package struct IncidentNoted: Equatable, Sendable {
    package let incident: String
    package let text: String?
    package let owner: String?
    /// A text or an address, which is never fetched.
    package let runbook: String?
    package let correctiveAction: String?

    /// The fact.
    package init(incident: String, text: String?, owner: String?, runbook: String?, correctiveAction: String?)
    {
      self.incident = incident
      self.text = text
      self.owner = owner
      self.runbook = runbook
      self.correctiveAction = correctiveAction
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      incident = try object.required("incident").identifier()
      text = try object.optional("text")?.string(maximum: 500)
      owner = try object.optional("owner")?.string(maximum: 200)
      runbook = try object.optional("runbook")?.string(maximum: 500)
      correctiveAction = try object.optional("correctiveAction")?.string()
      if text == nil, owner == nil, runbook == nil, correctiveAction == nil {
        throw object.misfit("a note says something")
      }
    }

    var json: JSONObject {
      var object: JSONObject = ["incident": .string(incident)]
      if let text { object["text"] = .string(text) }
      if let owner { object["owner"] = .string(owner) }
      if let runbook { object["runbook"] = .string(runbook) }
      if let correctiveAction { object["correctiveAction"] = .string(correctiveAction) }
      return object
    }
  }

  /// An incident is over.
  package struct IncidentClosed: Equatable, Sendable {
    package let incident: String
    package let people: [String]
    package let text: String

    /// The fact.
    package init(incident: String, people: [String], text: String) {
      self.incident = incident
      self.people = people
      self.text = text
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      incident = try object.required("incident").identifier()
      people = try object.required("people").texts { field throws(DocumentError) in
        try field.string(maximum: 200)
      }
      text = try object.required("text").string(maximum: 500)
    }

    var json: JSONObject {
      ["incident": .string(incident), "people": .array(people.map { .string($0) }), "text": .string(text)]
    }
  }
}
