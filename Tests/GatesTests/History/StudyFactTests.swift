import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import StudyFixtures
import Synthesis
import Testing

/// Every kind of fact, with everything that may be left out and without it, survives being written and read.
@Suite struct StudyFactTests {
  private static let digest = ReviewedStudy.digest("d")

  private func written(_ fact: StudyFact) throws -> StudyFact {
    let event = StudyEvent(
      after: .start(of: ReviewedStudy.id), time: try ReviewedStudy.time(), actor: "site/north/agent/a-1",
      fact: fact)
    let read = try StudyEvent.parse(event.encode())
    #expect(read == event)
    #expect(read.encode() == event.encode())
    return read.fact
  }

  private func evidence(full: Bool) throws -> StudyFact {
    let time = try ReviewedStudy.time()
    let value = try FixedDecimal(parsing: "0.812500000000", scale: ValidationMatrix.scale)
    let site = EvidenceSite(
      site: "north", dataset: Self.digest, datasetName: "d-1", dataClass: "routine", source: "the ward's",
      sourceVersion: "1", extractedAt: time, aggregate: Self.digest, evaluator: "equipoise 1",
      minimumCell: 10, rows: full ? 100 : nil, events: full ? 10 : nil)
    let headline = EvidenceHeadline(
      metric: .auroc, scope: .withinSite, site: full ? "north" : nil, value: value,
      lower: full ? value : nil, upper: full ? value : nil)
    return .evidenceRecorded(
      .init(
        round: "r-1", phase: .limited, protocolDigest: Self.digest, look: 2, verdict: .notEvaluable,
        breached: full ? ["auroc", "flags"] : [], evidence: Self.digest, endedAt: time,
        sites: full ? [site] : [], headlines: [headline]))
  }

  private func decision(full: Bool) throws -> StudyFact {
    .decisionRecorded(
      .init(
        gate: full ? .restart : .broad, round: full ? "r-1" : nil, protocolDigest: Self.digest,
        evidence: Self.digest, page: Self.digest, decision: .abstain, person: "D. Dorn", role: "chair",
        onBehalfOf: full ? "C. Clay" : nil, key: Self.digest, signedAt: try ReviewedStudy.time(),
        validUntil: try ReviewedStudy.time(60), seen: 4,
        target: full ? RestartTarget(protocolDigest: Self.digest, phase: .silent, incident: "i") : nil,
        conditions: full ? ["only by day"] : [], statement: Self.digest))
  }

  private func facts(full: Bool) throws -> [StudyFact] {
    let digest = Self.digest
    let time = try ReviewedStudy.time()
    let text = full ? "a text with “quotes”, \"more\" and a \\" : nil
    return [
      .protocolPublished(
        .init(
          version: 2, protocolDigest: digest, model: digest, features: full ? digest : nil, reason: text,
          changes: full ? ["label"] : [], returnsToSilent: full)),
      .consentRecorded(
        .init(site: "north", protocolDigest: digest, phase: full ? .broad : .none, statement: digest)),
      try evidence(full: full), try decision(full: full),
      .delegationRecorded(
        .init(
          gate: .limited, role: "chair", person: "C. Clay", delegate: "D. Dorn", organisation: "Institute D",
          key: digest, from: time, until: time, statement: digest)),
      .phaseEntered(
        .init(
          phase: full ? .broad : .silent, protocolDigest: digest, round: full ? "r-1" : nil,
          decisions: full ? [digest] : [])),
      .held(
        .init(
          incident: "i", cause: full ? .stopCriterion : .person, criteria: full ? ["auroc"] : [],
          round: full ? "r-1" : nil, reason: "why", drill: full)),
      .stopped(.init(incident: "i", reason: "why")),
      .restarted(
        .init(
          phase: .silent, protocolDigest: digest, version: 1, incident: "i", decisions: full ? [digest] : [])),
      .wordGiven(
        .init(
          site: "north", word: full ? .grant : .lower, phase: full ? .limited : nil, number: 3, drill: full,
          statement: digest)),
      .acknowledged(
        .init(
          site: "north", about: full ? .disabled : .stopOrder, number: 3, receivedAt: time, effectiveAt: time,
          drill: full, statement: digest)),
      .incidentOpened(
        .init(
          incident: "i", title: "a breach", sites: full ? ["north"] : [], windows: full ? ["w-1"] : [],
          drill: full)),
      .incidentNoted(
        .init(incident: "i", text: text, owner: text, runbook: text, correctiveAction: text ?? "fixed")),
      .incidentClosed(.init(incident: "i", people: full ? ["C. Clay"] : [], text: "over")),
      .changeRecorded(
        .init(
          change: full ? .protocolVersion : .sourceSystem, site: full ? "north" : nil, at: time,
          text: "a change", automatic: full)),
    ]
  }

  @Test(arguments: [true, false]) func everyKindIsReadAsItWasWritten(full: Bool) throws {
    let facts = try facts(full: full)
    #expect(Set(facts.map(\.kind)) == Set(StudyFact.Kind.allCases))
    for fact in facts {
      let same = try written(fact) == fact
      #expect(same, "\(fact.kind)")
    }
  }

  @Test func whatWasSignedIsNamedByItsFact() throws {
    for fact in try facts(full: true) {
      let isSigned: Set<StudyFact.Kind> = [
        .consentRecorded, .delegationRecorded, .decisionRecorded, .wordGiven, .acknowledged,
      ]
      #expect((fact.statement != nil) == isSigned.contains(fact.kind), "\(fact.kind)")
    }
  }

  @Test func keysThatDoNotFitEachOtherAreRefused() throws {
    let digest = Self.digest
    let misfits: [StudyFact] = [
      .incidentNoted(.init(incident: "i", text: nil, owner: nil, runbook: nil, correctiveAction: nil)),
      .phaseEntered(.init(phase: .limited, protocolDigest: digest, round: nil, decisions: [])),
      .phaseEntered(.init(phase: .silent, protocolDigest: digest, round: "r-1", decisions: [])),
      .wordGiven(.init(site: "n", word: .grant, phase: nil, number: 1, drill: false, statement: digest)),
      .wordGiven(.init(site: "n", word: .hold, phase: .silent, number: 1, drill: false, statement: digest)),
    ]
    for fact in misfits {
      #expect(throws: HistoryError.self, "\(fact.kind)") { try written(fact) }
    }
  }
}
