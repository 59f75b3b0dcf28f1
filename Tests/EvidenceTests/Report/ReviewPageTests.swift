import Cryptography
import PhaseGrants
import EvaluationProtocols
import Gates
import Testing

@testable import Evidence

/// What a reviewer reads before signing.
@Suite struct ReviewPageTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func theSameCutGivesTheSameBytes() throws {
    let (record, cut) = try WardStudy().atReview()
    let same =
      renderReviewPage(record, gate: .limited, cut: cut) == renderReviewPage(record, gate: .limited, cut: cut)
    #expect(same)
  }

  @Test func nothingAfterTheCutChangesAByte() throws {
    let atReview = try WardStudy().atReview()
    let later = try WardStudy().afterHold()
    let sameCut = atReview.cut == later.gate
    #expect(sameCut)
    let early = renderReviewPage(atReview.record, gate: .limited, cut: atReview.cut)
    let late = renderReviewPage(later.record, gate: .limited, cut: later.gate)
    let same = early == late
    #expect(same, "the page of the gate changed after its cut")
  }

  @Test func nothingAfterTheCutOfARestartChangesAByte() throws {
    let one = try WardStudy().afterHold()
    var other = WardStudy()
    other.later = "something else happened"
    let two = try other.afterHold()
    let same =
      renderReviewPage(one.record, gate: .restart, cut: one.restart)
      == renderReviewPage(two.record, gate: .restart, cut: two.restart)
    #expect(same)
    let starts = renderReport(one.record) == renderReport(two.record)
    #expect(!starts, "the report shows what happened later, and has to differ")
  }

  @Test func anotherCutGivesAnotherPage() throws {
    let (record, cut) = try WardStudy().atReview()
    let earlier = cut.upTo(cut.head.sequence - 1)
    let same =
      renderReviewPage(record, gate: .limited, cut: cut)
      == renderReviewPage(record, gate: .limited, cut: earlier)
    #expect(!same)
  }

  @Test func noDecisionOfTheGateIsShown() throws {
    var pages: [String] = []
    for decision in [Decision.reject, .abstain] {
      var study = WardStudy()
      study.firstDecision = decision
      let (record, cut) = try study.atReview()
      let page = text(renderReviewPage(record, gate: .limited, cut: cut))
      // The history's digest differs with the decision, and stands on the page.
      pages.append(
        page.split(separator: cut.head.digest.text, omittingEmptySubsequences: false).joined(
          separator: "DIGEST"))
      #expect(!page.holds("class=\"signature"))
      #expect(page.holds("Dr. Asta Berg"))
    }
    let same = pages[0] == pages[1]
    #expect(same, "the page shows what somebody decided")
  }

  @Test func noDecisionAboutTheRestartIsShown() throws {
    let pages = try [Decision.approve, .reject].map { decision in
      var study = WardStudy()
      study.restartDecision = decision
      let (record, _, cut) = try study.afterHold()
      return text(renderReviewPage(record, gate: .restart, cut: cut))
        .split(separator: cut.head.digest.text, omittingEmptySubsequences: false).joined(separator: "DIGEST")
    }
    let same = pages[0] == pages[1]
    #expect(same, "the page shows what somebody decided about the restart")
  }

  @Test func theQuestionsOfAReviewAreAnswered() throws {
    let (record, cut) = try WardStudy().atReview()
    let page = text(renderReviewPage(record, gate: .limited, cut: cut))
    for wanted in [
      "What changed since the last review?", "Another dataset release",
      "source version release 9.0, before release 8.2",
      "Evaluated with site-agent 0.2.0, before with site-agent 0.1.0", "reason: A hospital joined.",
      "Compared with round r-first, the last on which people signed", "up 0.310, beyond chance",
      "Fir Island Clinic", "withholds all rows",
      "I have reviewed the evidence named here and reject that the study",
      "Prof. Ines Costa", EvidenceList(of: record).digest.text, cut.head.digest.text,
      record.evaluationProtocol.digest.hex, record.modelCard.digest.hex,
    ] { #expect(page.holds(wanted), "\(wanted)") }
  }

  @Test func aFirstReviewSaysSo() throws {
    let (record, cut) = try WardStudy().atReview()
    let first = try #require(
      cut.events.first {
        if case .evidenceRecorded = $0.fact { true } else { false }
      })
    let page = text(renderReviewPage(record, gate: .limited, cut: cut.upTo(first.sequence)))
    #expect(page.holds("First review: there is no earlier evidence to compare with."))
    // The record is of another round: its numbers are not shown as if they were under review.
    #expect(page.holds("no number is under review"))
  }

  @Test func aRestartShowsTheIncidentAndEveryPhaseItMayLeadTo() throws {
    let (record, _, cut) = try WardStudy().afterHold()
    let page = text(renderReviewPage(record, gate: .restart, cut: cut))
    for wanted in [
      "The study has been held since", "Missed sepsis at Cedar City", "NOT ACKNOWLEDGED", "DRILL",
      "Recalibrate at Cedar City; ask again after one month.",
      "approve that the study restarts in the phase silent",
      "approve that the study restarts in the phase limited",
    ] { #expect(page.holds(wanted), "\(wanted)") }
    #expect(!page.holds("restarts in the phase broad"))
  }

  @Test func aGateThatTheStudyDoesNotWaitForHasNothingToReview() throws {
    let (record, cut) = try WardStudy().atReview()
    let page = text(renderReviewPage(record, gate: .broad, cut: cut))
    #expect(page.holds("there is nothing to review"))
  }

  @Test func nothingRunsAndNothingIsFetched() throws {
    let (record, _, cut) = try WardStudy().afterHold()
    let read = MarkupReader(text(renderReviewPage(record, gate: .restart, cut: cut)))
    #expect(read.problems == [])
    for tag in read.tags {
      #expect(
        !["script", "img", "link", "iframe", "object", "embed", "form", "base", "use"].contains(tag.name))
      #expect(!tag.attributes.keys.contains { $0.hasPrefix("on") || $0 == "src" })
      if let target = tag.attributes["href"] { #expect(target.hasPrefix("#")) }
    }
    let policies = read.tags.filter { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    #expect(policies.count == 1)
    let ids = read.tags.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
  }

  @Test(
    "markup in names, titles and reasons stays text",
    arguments: [
      "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "</style><script>alert(1)</script>",
    ])
  func hostileTextStaysText(hostile: String) throws {
    var study = WardStudy()
    study.hostile = hostile
    let told = try study.afterHold()
    let plain = try WardStudy().afterHold()
    for (bytes, ordinary) in [
      (
        renderReviewPage(told.record, gate: .restart, cut: told.restart),
        renderReviewPage(plain.record, gate: .restart, cut: plain.restart)
      ),
      (renderReport(told.record), renderReport(plain.record)),
    ] {
      let read = MarkupReader(text(bytes))
      let other = MarkupReader(text(ordinary))
      #expect(read.problems == [])
      #expect(Set(read.tags.map(\.name)) == Set(other.tags.map(\.name)))
      #expect(Set(read.tags.flatMap(\.attributes.keys)) == Set(other.tags.flatMap(\.attributes.keys)))
      #expect(text(bytes).contains(hostile == "<img src=x onerror=alert(1)>" ? "&lt;img src=x" : "&lt;"))
    }
  }
}
