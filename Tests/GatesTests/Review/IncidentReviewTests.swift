import PhaseGrants
import EvaluationProtocols
import Gates
import StudyFixtures
import Testing

/// Incidents, stop times and where sites stand.
@Suite struct IncidentReviewTests {
  private func story() throws -> ToldHistory {
    var story = try ReviewStudy().story()
    try story.evidence("one", in: .silent)
    try story.enter(.limited, round: "one")
    story.tell(ReviewStudy.sites, .grant, phase: .limited)
    for site in ReviewStudy.sites { try story.acknowledge(site, .grant) }
    return story
  }

  @Test func aStudyWithoutIncidentsHasNone() throws {
    #expect(try story().facts().incidents == [])
  }

  @Test func stopTimeIsOpenUntilTheLastSiteHasAcknowledged() throws {
    var story = try story()
    try story.hold("i1", title: "Sensitivity fell", criteria: ["stop"], round: "one", sites: ["beta"])
    // The orders go out in the second of the hold, a minute before the story's clock.
    try story.wait(seconds: -60)
    story.tell(ReviewStudy.sites, .hold)
    try story.acknowledge("alpha", .stopOrder, after: 2)
    try story.acknowledge("gamma", .stopOrder, after: 41)
    let open = try #require(try story.facts().incidents.first?.stops.first)
    #expect(open.seconds == nil)
    #expect(open.waitingFor == ["beta"])
    #expect(open.sentence.contains("2 of 3 sites acknowledged, waiting for beta"))
    try story.acknowledge("beta", .stopOrder, after: 200)
    let closed = try #require(try story.facts().incidents.first?.stops.first)
    #expect(closed.seconds == 200)
    #expect(closed.sentence.hasSuffix("reached all of 3 sites within 3 minutes 20 seconds"))
  }

  @Test func aSiteWithAGrantAndWithoutAnOrderIsWaitedFor() throws {
    var story = try story()
    try story.hold("i1")
    story.tell(["alpha", "beta"], .hold)
    for site in ["alpha", "beta"] { try story.acknowledge(site, .stopOrder) }
    #expect(try story.facts().incidents.first?.stops.first?.waitingFor == ["gamma"])
  }

  @Test func acknowledgementsOfADrillDoNotEndAStop() throws {
    var story = try story()
    try story.hold("drill-1", title: "Rehearsal", drill: true)
    story.tell(["alpha"], .hold, drill: true)
    try story.hold("i1")
    story.tell(ReviewStudy.sites, .hold)
    try story.acknowledge("alpha", .stopOrder, drill: true)
    let incidents = try story.facts().incidents
    #expect(incidents.map(\.incident.drill) == [true, false])
    #expect(incidents[0].stops.first?.isDrill == true)
    #expect(incidents[1].stops.first?.waitingFor == ReviewStudy.sites)
  }

  @Test func theTimelineTellsWhoDidWhat() throws {
    var story = try story()
    try story.hold("i1", title: "Sensitivity fell", criteria: ["stop"], round: "one", sites: ["beta"])
    try story.add(
      .incidentNoted(
        .init(
          incident: "i1", text: nil, owner: "Dr. Ada", runbook: "page 7", correctiveAction: "recalibrate")))
    let state = try story.state()
    try story.add(
      .restarted(
        .init(
          phase: .silent, protocolDigest: story.evaluationProtocol.digest,
          version: state.inForce?.version ?? 1, incident: "i1", decisions: [])))
    try story.add(
      .incidentClosed(.init(incident: "i1", people: ["Dr. Ada", "Dr. Ben"], text: "recalibrated")))
    let incident = try #require(try story.facts().incidents.first)
    #expect(
      incident.timeline.map(\.text) == [
        "opened: Sensitivity fell; sites: beta",
        "study held by a breached stop criterion (stop): Sensitivity fell",
        "owner: Dr. Ada; runbook: page 7; corrective action: recalibrate",
        "study restarted in silent under protocol version 1", "closed by Dr. Ada, Dr. Ben: recalibrated",
      ])
    #expect(!incident.incident.isOpen)
  }

  @Test func sitesShowPhaseConsentWordAndWhetherTheyHeard() throws {
    var story = try story()
    try story.consent(["beta"], to: .silent)
    story.tell(["gamma"], .grant, phase: .limited)
    try story.acknowledge("alpha", .disabled)
    let sites = try story.facts().sites
    #expect(sites.map(\.site) == ["alpha", "beta", "gamma", "home"])
    #expect(sites.map(\.phase) == [.limited, .silent, .limited, nil])
    #expect(sites.map(\.isAcknowledged) == [true, true, false, nil])
    #expect(sites.map(\.isDisabled) == [true, false, false, false])
    #expect(sites[2].wordText == "grant of limited")
    #expect(sites[3].wordText == nil)
  }
}
