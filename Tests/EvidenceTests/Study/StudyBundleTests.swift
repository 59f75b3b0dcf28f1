import CanonicalJSON
import Gates
import Testing

@testable import Evidence

@Suite struct StudyBundleTests {
  @Test func historyOfAStudyIsSealedAndSignedByThePinnedRoots() throws {
    let story = try StudyStory.limited()
    let sealed = try story.seal()
    let report = verifyBundle(sealed.bytes, trust: story.fixture.trust, now: try story.now)
    #expect(report.problems == [])
    #expect(report.level == .signed)
    #expect(report.confirmed.contains { $0.hasPrefix("history: ") && $0.contains("3 sign-offs by 3 people") })
    let study = try #require(report.record?.study)
    #expect(study.state.word == "limited")
    #expect(study.decisions.count == 3)
    #expect(sealed.reviews.keys.sorted { $0.rawValue < $1.rawValue } == [.limited])
  }
}
