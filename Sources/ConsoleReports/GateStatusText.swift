import Cryptography
package import CoordinatorAPI
import EvaluationProtocols
import Gates
import PhaseGrants
package import ServiceRuntime

/// The status of a study's gate as lines for a terminal: where it stands, what it waits for, who has to sign,
/// then what a reviewer asks.
package struct GateStatusText {
  private let status: GateStatusDocument
  /// Columns of the terminal or the pipe.
  private let width: Int

  /// The page of a status.
  package init(_ status: GateStatusDocument, width: Int = 110) {
    self.status = status
    self.width = max(60, width)
  }

  /// The page, top to bottom.
  package var lines: [StyledText] {
    heading + waiting + signOffs + incidents + sites
      + status.sections.flatMap(lines(of:)) + [blank, foot]
  }

  /// A section; an answer that fits stands beside its question.
  private func lines(of section: ReviewSection) -> [StyledText] {
    if section.lines.count == 1, section.heading.count + section.lines[0].count + 2 <= width {
      return [blank, "\(section.heading, .bold): \(section.lines[0])"]
    }
    return [blank, StyledText(section.heading, .bold)] + section.lines.flatMap(item)
  }

  private var blank: StyledText { "" }

  private var heading: [StyledText] {
    let phase = status.phase.map(\.rawValue)
    let place: String =
      switch status.state {
      case .draft: "DRAFT, in no phase yet"
      case .held: "HELD in \(phase ?? "no phase"): nothing is shown anywhere"
      case .stopped: "STOPPED in \(phase ?? "no phase"): nothing is shown anywhere"
      case .silent, .limited, .broad: "phase \(status.state.rawValue)"
      }
    let style: TextStyle = status.state == .held || status.state == .stopped ? .red : .bold
    return [
      StyledText(status.title, .bold),
      "\(status.study)  \(place, style)  protocol version \(status.version)  as of \(status.time.words)",
    ]
  }

  private var waiting: [StyledText] {
    let what: String =
      switch (status.state, status.gate) {
      case (.draft, _): "opening in the phase silent"
      case (_, .restart?): "a restart"
      case (_, let gate?): "the gate into \(gate.rawValue)"
      case (_, nil): ""
      }
    guard !what.isEmpty else { return [blank, StyledText("The last phase: no further gate", .bold)] }
    guard !status.unmet.isEmpty else {
      return [blank, "\("Waits for \(what)", .bold): \("every condition is met", .green)"]
    }
    let count = counted(status.unmet.count, "condition")
    let signatures = status.unmet.filter(isSignature).count
    let below = signatures == 0 ? "" : ", \(counted(signatures, "signature")) among them"
    var lines = [blank, "\("Waits for \(what)", .bold): \(count, .yellow) not met\(below)"]
    for condition in status.unmet where !isSignature(condition) {
      lines += item("\(condition.sentence.capitalisedFirst) [\(condition.code.rawValue)]")
      lines += wrapped("cleared by \(condition.clearedBy)", indent: 6, first: "    → ").map {
        StyledText($0, .dim)
      }
    }
    return lines
  }

  // Signatures have a table of their own.
  private func isSignature(_ condition: UnmetCondition) -> Bool {
    switch condition.code {
    case .keyUnknown, .signOffMissing, .signOffRejected, .signOffAbstained, .signOffExpired, .signOffVoid:
      true
    case .state, .objectsMissing, .consents, .noEvidence, .verdict, .evidenceExpired, .incidentOpen,
      .noReviewers, .target, .correctiveAction:
      false
    }
  }

  private var signOffs: [StyledText] {
    guard !status.signOffs.isEmpty else { return [] }
    var table = Table([
      ("signs as", .left), ("person", .left), ("stands", .left), ("since", .left), ("valid until", .left),
    ])
    for entry in status.signOffs {
      let person = entry.onBehalfOf.map { "\(entry.person) for \($0)" } ?? entry.person
      table.add([
        StyledText(entry.role), StyledText(person), word(entry.standing),
        StyledText((entry.signedAt ?? entry.since)?.words ?? "-"), StyledText(entry.validUntil?.day ?? "-"),
      ])
    }
    var lines = [blank, StyledText("Signatures", .bold)] + table.lines.map(indented)
    for entry in status.signOffs {
      if let meaning = entry.meaning { lines += item("\(entry.person): \u{201C}\(meaning)\u{201D}") }
      lines += entry.conditions.flatMap { item("\(entry.person), condition: \($0)") }
    }
    return lines
  }

  private func word(_ standing: GateSignOff.Standing) -> StyledText {
    switch standing {
    case .keyUnknown: StyledText("no key named", .yellow)
    case .missing: StyledText("not signed", .yellow)
    case .approved: StyledText("approved", .green)
    case .rejected: StyledText("REJECTED", .red)
    case .abstained: StyledText("abstained", .yellow)
    case .expired: StyledText("out of date", .yellow)
    case .void: StyledText("void", .yellow)
    }
  }

  private var incidents: [StyledText] {
    let open = status.incidents.filter(\.isOpen)
    let closed = status.incidents.filter { !$0.isOpen }
    guard !status.incidents.isEmpty else { return [] }
    var lines = [
      blank,
      "\("Incidents", .bold): \(open.count) open, \(closed.count) closed",
    ]
    // Of those that are over the newest three; the history has them all.
    for incident in open + closed.suffix(3) {
      let drill = incident.isDrill ? "DRILL, " : ""
      let state = incident.isOpen ? "open" : "closed"
      lines.append(
        "  \(incident.id, .bold)  \(drill, .yellow)\(state, incident.isOpen ? .red : .plain)  "
          + "\(incident.openedAt.words)  \(incident.title)")
      for line in details(incident) {
        lines += wrapped(line, indent: 6, first: "    ").map { StyledText($0) }
      }
    }
    return lines
  }

  private func details(_ incident: GateIncident) -> [String] {
    var lines: [String] = []
    if let seconds = incident.stopSeconds {
      lines.append("stop time \(lengthWords(seconds: Int64(seconds))), from the breach to the last site")
    } else if !incident.waitingFor.isEmpty {
      lines.append("STOP NOT CONFIRMED at \(shortList(incident.waitingFor, most: 8))")
    }
    // What an open incident lacks is said; of a closed one, only what there is.
    let owner = incident.owner ?? (incident.isOpen ? "NOBODY YET" : nil)
    let parts = [owner.map { "owner \($0)" }, incident.runbook.map { "runbook \($0)" }].compactMap(\.self)
    if !parts.isEmpty { lines.append(parts.joined(separator: "; ")) }
    let action = incident.correctiveAction ?? (incident.isOpen ? "NONE YET" : nil)
    if let action { lines.append("corrective action: \(action)") }
    if let closedAt = incident.closedAt {
      lines.append(
        "closed \(closedAt.words)"
          + (incident.closedBy.isEmpty ? "" : " by \(shortList(incident.closedBy, most: 6))"))
    }
    return lines
  }

  private var sites: [StyledText] {
    guard !status.sites.isEmpty else { return [] }
    var table = Table([
      ("site", .left), ("phase", .left), ("consents to", .left), ("newest word", .left),
      ("acknowledged", .left),
    ])
    // A list of a hundred hospitals is no page; who lags behind or did not hear comes first.
    let shown = status.sites.count > Self.mostSites ? status.sites.filter(needsAttention) : status.sites
    for site in shown.prefix(Self.mostSites) {
      let heard: StyledText =
        switch site.isAcknowledged {
        case true?: "yes"
        // A grant that did not arrive shows nothing anywhere; an order that did not may still be needed.
        case false?: site.word?.hasPrefix("grant") == true ? "not yet" : StyledText("NO", .red)
        case nil: "-"
        }
      let role = site.role == .development ? " (development)" : ""
      table.add([
        StyledText(site.site + role), StyledText(site.phase?.rawValue ?? "none"),
        StyledText(site.consent.rawValue),
        site.isDisabled
          ? StyledText("\(site.word ?? "none"), switched off by its own people", .yellow)
          : StyledText(site.word ?? "none"), heard,
      ])
    }
    let left = status.sites.count - min(shown.count, Self.mostSites)
    return [blank, StyledText("Sites", .bold)] + table.lines.map(indented)
      + (left > 0 ? item("and \(counted(left, "further site"))") : [])
  }

  private static let mostSites = 24

  private func needsAttention(_ site: GateSite) -> Bool {
    site.isAcknowledged == false || site.isDisabled || site.phase != status.phase
  }

  private var foot: StyledText {
    StyledText(
      "history at event \(status.history.sequence), \(status.history.digest.text.prefix(19))…; protocol "
        + "\(status.evaluationProtocol.text.prefix(19))…", .dim)
  }

  private func indented(_ line: StyledText) -> StyledText { StyledText("  ") + line }

  private func item(_ text: String) -> [StyledText] {
    wrapped(text, indent: 4, first: "  - ").map { StyledText($0) }
  }

  /// A text in lines that are at most as wide as the page, broken at spaces.
  private func wrapped(_ text: String, indent: Int, first: String) -> [String] {
    var lines: [String] = []
    var line = first
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indent)
        isEmpty = true
      }
      line += isEmpty ? String(word) : " \(word)"
      isEmpty = false
    }
    return lines + [line]
  }
}

extension String {
  /// The text with its first letter as a capital, if that is an ASCII letter.
  fileprivate var capitalisedFirst: String {
    guard let first, first.isASCII else { return self }
    return first.uppercased() + dropFirst()
  }
}
