import EvaluationProtocols
package import CanonicalJSON
import PhaseGrants

/// An incident as a reviewer reads it: what happened in order, who owns it, and how long the stop took.
package struct IncidentReview: Equatable, Sendable {
  package let incident: Incident
  /// What happened, in order.
  package let timeline: [Entry]
  /// The holds and stops of the incident, drills among them.
  package let stops: [StopRun]

  /// One line of the timeline.
  package struct Entry: Equatable, Sendable {
    package let time: UTCTime
    package let text: String

    /// A line.
    package init(time: UTCTime, text: String) {
      self.time = time
      self.text = text
    }
  }

  /// One hold or stop: from the breach until the last site could show nothing any more.
  package struct StopRun: Equatable, Sendable {
    /// The event's time.
    package let begunAt: UTCTime
    package let isStop: Bool
    package let isDrill: Bool
    /// Sites that were told, or hold a grant, in order of their id; with when nothing could be shown there.
    package let sites: [SiteStop]

    /// A site's part.
    package struct SiteStop: Equatable, Sendable {
      package let site: String
      package let orderedAt: UTCTime?
      package let effectiveAt: UTCTime?
    }

    /// Who has not acknowledged yet.
    package var waitingFor: [String] { sites.filter { $0.effectiveAt == nil }.map(\.site) }

    /// From the breach to the last `effectiveAt`; nil while one is missing. 0 where no site held a word.
    package var seconds: Int64? {
      guard waitingFor.isEmpty else { return nil }
      let last = sites.compactMap { $0.effectiveAt?.secondsSinceEpoch }.max()
      return max(0, (last ?? begunAt.secondsSinceEpoch) - begunAt.secondsSinceEpoch)
    }

    /// The stop time in words.
    package var sentence: String {
      let what = "\(isDrill ? "drill of a " : "")\(isStop ? "stop" : "hold")"
      guard let seconds else {
        return
          "The stop time of the \(what) of \(begunAt.words) is open: \(sites.count - waitingFor.count) of "
          + "\(counted(sites.count, "site")) acknowledged, waiting for \(shortList(waitingFor, most: 8))"
      }
      guard !sites.isEmpty else { return "At the \(what) of \(begunAt.words) no site held a grant" }
      return "The \(what) of \(begunAt.words) reached all of \(counted(sites.count, "site")) within "
        + lengthWords(seconds: seconds)
    }
  }
}

extension ReviewView {
  /// The incidents, in the order in which they were opened.
  var incidents: [IncidentReview] {
    guard !state.incidents.isEmpty else { return [] }
    let runs = history.stopRuns
    return state.incidents.map { incident in
      let own = runs.filter { $0.incident == incident.id }.map(\.run)
      return IncidentReview(incident: incident, timeline: timeline(of: incident, own), stops: own)
    }
  }

  private func timeline(of incident: Incident, _ runs: [IncidentReview.StopRun]) -> [IncidentReview.Entry] {
    var entries: [IncidentReview.Entry] = []
    for event in history.events {
      if let text = text(of: event.fact, about: incident.id) {
        entries.append(IncidentReview.Entry(time: event.time, text: text))
      }
    }
    return entries
  }

  // What an event says about an incident; nil for what is not about it.
  private func text(of fact: StudyFact, about incident: String) -> String? {
    switch fact {
    case .incidentOpened(let fact) where fact.incident == incident:
      let sites = fact.sites.isEmpty ? "" : "; sites: \(shortList(fact.sites, most: 8))"
      let windows = fact.windows.isEmpty ? "" : "; windows: \(shortList(fact.windows, most: 8))"
      return "opened: \(fact.title)\(sites)\(windows)"
    case .held(let fact) where fact.incident == incident:
      let criteria = fact.criteria.isEmpty ? "" : " (\(fact.criteria.joined(separator: ", ")))"
      let cause = fact.cause == .stopCriterion ? "by a breached stop criterion" : "by a person"
      return "\(fact.drill ? "DRILL: hold rehearsed" : "study held") \(cause)\(criteria): \(fact.reason)"
    case .stopped(let fact) where fact.incident == incident: return "study stopped: \(fact.reason)"
    case .incidentNoted(let fact) where fact.incident == incident:
      return [
        fact.owner.map { "owner: \($0)" }, fact.runbook.map { "runbook: \($0)" },
        fact.correctiveAction.map { "corrective action: \($0)" }, fact.text.map { "note: \($0)" },
      ].compactMap(\.self).joined(separator: "; ")
    case .restarted(let fact) where fact.incident == incident:
      return "study restarted in \(fact.phase.rawValue) under protocol version \(fact.version)"
    case .incidentClosed(let fact) where fact.incident == incident:
      return "closed by \(fact.people.joined(separator: ", ")): \(fact.text)"
    default: return nil
    }
  }
}

extension StudyHistory {
  /// Every hold and stop with its incident, and how far each site has come with it.
  ///
  /// One pass over the events: a hold or stop begins a run, which hears the orders and acknowledgements until the
  /// study goes on or the next begins. A drill's run hears those of drills only.
  package var stopRuns: [(incident: String, run: IncidentReview.StopRun)] {
    var done: [StopCount] = []
    var open: [StopCount] = []
    var grants: Set<String> = []
    for event in events {
      switch event.fact {
      case .held(let fact):
        open.append(
          StopCount(incident: fact.incident, at: event.time, isStop: false, drill: fact.drill, grants))
      case .stopped(let fact):
        open.append(StopCount(incident: fact.incident, at: event.time, isStop: true, drill: false, grants))
      case .restarted:
        done += open.filter { !$0.drill }
        open.removeAll { !$0.drill }
      case .wordGiven(let fact):
        if !fact.drill {
          if fact.word == .grant { grants.insert(fact.site) } else { grants.remove(fact.site) }
        }
        guard fact.word == .hold || fact.word == .stop else { break }
        for index in open.indices where open[index].drill == fact.drill {
          open[index].order(fact, at: event.time)
        }
      case .acknowledged(let fact) where fact.about == .stopOrder:
        for index in open.indices where open[index].drill == fact.drill { open[index].hear(fact) }
      default: break
      }
    }
    return (done + open).map { ($0.incident, $0.run) }
  }
}

/// One hold or stop while the events are read.
private struct StopCount {
  let incident: String
  let at: UTCTime
  let isStop: Bool
  let drill: Bool
  private var sites: [String: (number: Int?, orderedAt: UTCTime?, effectiveAt: UTCTime?)]

  init(incident: String, at: UTCTime, isStop: Bool, drill: Bool, _ grants: Set<String>) {
    self.incident = incident
    self.at = at
    self.isStop = isStop
    self.drill = drill
    sites = Dictionary(uniqueKeysWithValues: grants.map { ($0, (nil, nil, nil)) })
  }

  mutating func order(_ fact: StudyFact.WordGiven, at time: UTCTime) {
    // The first order counts; a later one says the same again.
    guard sites[fact.site]?.number == nil else { return }
    sites[fact.site] = (fact.number, time, nil)
  }

  mutating func hear(_ fact: StudyFact.Acknowledged) {
    guard let known = sites[fact.site], let number = known.number, fact.number >= number,
      known.effectiveAt == nil
    else { return }
    sites[fact.site]?.effectiveAt = fact.effectiveAt
  }

  var run: IncidentReview.StopRun {
    IncidentReview.StopRun(
      begunAt: at, isStop: isStop, isDrill: drill,
      sites: sites.map { site, known in
        IncidentReview.StopRun.SiteStop(
          site: site, orderedAt: known.orderedAt, effectiveAt: known.effectiveAt)
      }.sorted { $0.site.precedesInBytes($1.site) })
  }
}
