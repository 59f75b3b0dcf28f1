import Statistics
import Testing

@Suite struct StatisticsErrorTests {
  private static let all: [StatisticsError] = [
    .noTrials, .countExceedsTrials, .noEvents, .noVariance, .separation, .constantScore,
    .noConvergence("a root"), .tooFewObservations(required: 2), .tooFewStudies(found: 1, required: 3),
    .inconsistentSums("a relation"), .invalidArgument("an argument"),
  ]

  @Test(arguments: all) func everyCaseSaysWhatHappenedAndWhatToDo(error: StatisticsError) {
    for text in [error.description, error.remedy] {
      #expect(!text.isEmpty && !text.hasSuffix(".") && text.first?.isUppercase == false)
    }
  }

  @Test func descriptionsAreDistinct() {
    #expect(Set(Self.all.map(\.description)).count == Self.all.count)
  }
}
