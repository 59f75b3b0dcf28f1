import EvaluationProtocols
import CanonicalJSON
import CoordinatorAPI
package import Gates
import Storage

extension GateBook {
  /// Opens an incident.
  ///
  /// - Returns: its id.
  func open(title: String, sites: [String], drill: Bool, in study: inout Study) throws -> String {
    let incident = try makeIdentifier(.incident)
    try add(
      .incidentOpened(
        StudyFact.IncidentOpened(
          incident: incident, title: title, sites: sites.sorted(),
          windows: study.evaluationProtocol.windows.ids.suffix(1).map { $0 }, drill: drill)),
      to: &study)
    _ = record(
      RoundsAction.incidentOpened.rawValue, "incident/" + incident,
      ["study": .string(study.history.study), "drill": .boolean(drill)])
    return incident
  }

  /// Notes what is known about an open incident.
  ///
  /// - Throws: `RoundsRefusal` when there is no such open incident.
  package func note(_ fact: StudyFact.IncidentNoted, study name: String) throws {
    var study = try load(name, for: .incidentNoted)
    try change(&study, .incidentNoted(fact), .incidentNoted, of: "incident/" + fact.incident)
    _ = record(
      RoundsAction.incidentNoted.rawValue, "incident/" + fact.incident, ["study": .string(name)])
  }

  /// Closes an incident that does not hold the study.
  ///
  /// - Throws: `RoundsRefusal` when there is none, or it holds the study: then a restart closes it.
  package func close(_ text: String, incident: String, study name: String) throws {
    var study = try load(name, for: .incidentClosed)
    let fact = StudyFact.IncidentClosed(incident: incident, people: [actor], text: text)
    try change(&study, .incidentClosed(fact), .incidentClosed, of: "incident/" + fact.incident)
    _ = record(
      RoundsAction.incidentClosed.rawValue, "incident/" + fact.incident, ["study": .string(name)])
  }

  /// Records a change around the model that a person tells.
  package func changed(_ fact: StudyFact.ChangeRecorded, study name: String) throws {
    var study = try load(name, for: .changeRecorded)
    if let site = fact.site, study.evaluationProtocol.site(site) == nil {
      throw RoundsRefusal(.changeRecorded, of: "study/" + name, .absent)
    }
    try add(.changeRecorded(fact), to: &study)
    _ = record(
      RoundsAction.changeRecorded.rawValue, "study/" + name, ["change": .string(fact.change.rawValue)])
  }

  private func change(
    _ study: inout Study, _ fact: StudyFact, _ action: RoundsAction, of object: String
  ) throws {
    do { try add(fact, to: &study) } catch let error as MoveError {
      throw RoundsRefusal(action, of: object, .move(error))
    }
  }
}

extension String {
  /// The text, cut to as many code points as a document takes. A character that a reader sees can be several.
  func cut(to count: Int) -> String { String(String.UnicodeScalarView(unicodeScalars.prefix(count))) }
}
