package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import Gates
package import PhaseGrants

/// Where a study stands, what it waits for and what a reviewer asks first: the answer of
/// `GET /v1/studies/<study>/gate`.
///
/// - Source: `protocols/gates.md`, section 10.
package struct GateStatusDocument: WireDocument {
  package static let format = "urn:equipoise:gate-status:v1"
  package static let limits = JSONLimits.protocolDocument

  /// The coordinator's clock.
  package let time: UTCTime
  package let study: String
  package let title: String
  /// `draft`, a phase, `held` or `stopped`.
  package let state: StateWord
  /// The phase in which the study is, or was when it was held; nil for a draft.
  package let phase: PhaseName?
  package let version: Int
  package let evaluationProtocol: Digest
  /// The newest event.
  package let history: HistoryHead
  /// The gate that is waited for; nil for a draft and in the last phase.
  package let gate: Gate?
  /// What the next move still lacks; empty when it may be made.
  package let unmet: [UnmetCondition]
  package let signOffs: [GateSignOff]
  /// The questions of a review with their answers.
  package let sections: [ReviewSection]
  package let incidents: [GateIncident]
  package let sites: [GateSite]
  package let looks: [GateLooks]

  /// A study's state in a word.
  package enum StateWord: String, CaseIterable, Sendable {
    case draft, silent, limited, broad, held, stopped
  }

  /// The most lines of a section.
  static let mostLines = 200
  /// The most incidents: the open ones and the newest of the others.
  static let mostIncidents = 100
  /// The most entries of a timeline, the newest, and sites that a stop waits for.
  static let mostEntries = 40
  static let mostWaiting = 200
  /// The most code points of a line.
  static let longestLine = 2000

  /// A status.
  package init(
    time: UTCTime, study: String, title: String, state: StateWord, phase: PhaseName?, version: Int,
    evaluationProtocol: Digest, history: HistoryHead, gate: Gate?, unmet: [UnmetCondition],
    signOffs: [GateSignOff], sections: [ReviewSection], incidents: [GateIncident], sites: [GateSite],
    looks: [GateLooks]
  ) {
    self.time = time
    self.study = study
    self.title = title
    self.state = state
    self.phase = phase
    self.version = version
    self.evaluationProtocol = evaluationProtocol
    self.history = history
    self.gate = gate
    self.unmet = unmet
    self.signOffs = signOffs
    self.sections = sections
    self.incidents = incidents
    self.sites = sites
    self.looks = looks
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    time = try object.required("time").time()
    study = try object.required("study").identifier()
    title = try object.required("title").string()
    state = try object.required("state").choice(of: StateWord.self)
    phase = try object.optional("phase")?.choice(of: PhaseName.self)
    version = try object.required("version").integer(in: 1...countRange.upperBound)
    evaluationProtocol = try object.required("protocol").digest()
    history = try HistoryHead(parsing: object.required("history"))
    gate = try object.optional("gate")?.choice(of: Gate.self)
    unmet = try object.required("unmet").list(maximum: 2000, UnmetCondition.init)
    signOffs = try object.required("signOffs").list(maximum: 1000, GateSignOff.init)
    sections = try object.required("sections").list(maximum: 20, ReviewSection.init)
    incidents = try object.required("incidents").list(maximum: Self.mostIncidents, GateIncident.init)
    sites = try object.required("sites").list(maximum: mostListed, GateSite.init)
    looks = try object.required("looks").list(maximum: 3, GateLooks.init)
  }

  package var members: JSONObject {
    var object: JSONObject = [
      "time": .string(time.text), "study": .string(study), "title": .string(title),
      "state": .string(state.rawValue), "version": number(version),
      "protocol": .string(evaluationProtocol.text), "history": history.json,
      "unmet": .array(unmet.map(\.json)), "signOffs": .array(signOffs.map(\.json)),
      "sections": .array(sections.map(\.json)), "incidents": .array(incidents.map(\.json)),
      "sites": .array(sites.map(\.json)), "looks": .array(looks.map(\.json)),
    ]
    if let phase { object["phase"] = .string(phase.rawValue) }
    if let gate { object["gate"] = .string(gate.rawValue) }
    return object
  }
}

extension UnmetCondition {
  fileprivate init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      UnmetCondition(
        code: try object.required("code").choice(of: Code.self),
        sentence: try object.required("sentence").string(maximum: GateStatusDocument.longestLine),
        clearedBy: try object.required("clearedBy").string(maximum: 500))
    }
  }

  fileprivate var json: JSONValue {
    [
      "code": .string(code.rawValue), "sentence": .string(sentence.clipped()),
      "clearedBy": .string(clearedBy.clipped(to: 500)),
    ]
  }
}

extension ReviewSection {
  fileprivate init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      ReviewSection(
        heading: try object.required("heading").string(maximum: 100),
        lines: try object.required("lines").list(maximum: GateStatusDocument.mostLines) {
          line throws(DocumentError) in try line.string(maximum: GateStatusDocument.longestLine)
        })
    }
  }

  fileprivate var json: JSONValue {
    [
      "heading": .string(heading),
      "lines": .array(lines.prefix(GateStatusDocument.mostLines).map { .string($0.clipped()) }),
    ]
  }
}

extension String {
  /// The text, or its beginning where it is too long for the wire.
  func clipped(to most: Int = GateStatusDocument.longestLine) -> String {
    guard unicodeScalars.count > most else { return self }
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: unicodeScalars.prefix(most - 1))
    scalars.append("\u{2026}")
    return String(scalars)
  }
}
