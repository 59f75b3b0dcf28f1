import Aggregates
import EvaluationProtocols
import Testing

@Suite struct DisclosurePolicyTests {
  private let lowering = SitePolicy.Lowering(person: "A. Person", reason: "few beds")

  private func policy(
    _ minimumCell: Int, lowered: Bool, _ dataClass: DataClass, asked: Int = 2
  ) throws -> DisclosurePolicy {
    var study = SmallStudy()
    study.minimumCell = asked
    study.minimumFitEvents = asked
    return try DisclosurePolicy(
      site: SitePolicy(minimumCell: minimumCell, lowering: lowered ? lowering : nil), dataClass: dataClass,
      protocol: try study.parse())
  }

  @Test func elevenHoldsWhereTheHospitalSaysNothing() throws {
    #expect(SitePolicy.standard.minimumCell == 11 && SitePolicy.standard.lowering == nil)
    #expect(try policy(11, lowered: false, .clinical).minimumCell == 11)
  }

  @Test(arguments: [5, 10])
  func lessThanElevenNeedsAPersonAndAReason(minimumCell: Int) throws {
    #expect(throws: PolicyError.unexplained(minimumCell)) {
      try policy(minimumCell, lowered: false, .clinical)
    }
    let lowered = try policy(minimumCell, lowered: true, .clinical)
    #expect(lowered.minimumCell == minimumCell && lowered.lowering == lowering)
  }

  @Test func lessThanFiveIsForPublicAndSyntheticDataOnly() throws {
    #expect(throws: PolicyError.clinical(4)) { try policy(4, lowered: true, .clinical) }
    #expect(try policy(4, lowered: true, .public).minimumCell == 4)
    #expect(try policy(2, lowered: true, .synthetic).minimumCell == 2)
  }

  @Test func publicDataNeedAReasonToo() throws {
    #expect(throws: PolicyError.unexplained(4)) { try policy(4, lowered: false, .public) }
  }

  @Test(arguments: [1, 0, -3])
  func aMinimumThatHidesNobodyIsRefused(minimumCell: Int) throws {
    #expect(throws: PolicyError.tooLow(minimumCell)) { try policy(minimumCell, lowered: true, .synthetic) }
  }

  @Test func theStricterOfSiteAndProtocolHolds() throws {
    #expect(try policy(5, lowered: true, .clinical, asked: 8).minimumCell == 8)
    #expect(try policy(11, lowered: false, .clinical, asked: 8).minimumCell == 11)
  }

  @Test func aLoweringThatHasNoEffectIsNotShown() throws {
    let raised = try policy(5, lowered: true, .clinical, asked: 20)
    #expect(raised.minimumCell == 20 && raised.lowering == nil)
  }

  @Test func theFitFloorIsNeverBelowTheMinimumCell() throws {
    #expect(try policy(11, lowered: false, .clinical, asked: 2).minimumFitEvents == 11)
  }

  @Test func errorsSayWhatToDo() {
    for error in [PolicyError.tooLow(1), .unexplained(7), .clinical(3)] {
      #expect(!error.description.isEmpty && !error.remedy.isEmpty)
    }
  }
}
