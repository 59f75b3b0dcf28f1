import Testing

@testable import Statistics

@Suite struct InverseVarianceMeanTests {
  @Test func oneEstimateIsReturnedAsItIs() throws {
    var mean = InverseVarianceMean()
    mean.add(0.1, standardError: 0.3)
    let found = try mean.mean()
    #expect(found.mean == 0.1 && found.standardError == 0.3)
  }

  @Test func weightsAreInverseVariances() throws {
    var mean = InverseVarianceMean()
    mean.add(1, standardError: 0.5)
    mean.add(4, standardError: 1)
    let found = try mean.mean()
    // Weights 4 and 1: (4 + 4) / 5, and the root of 1/5.
    #expect(abs(found.mean - 1.6) < 1e-15 && abs(found.standardError - 0.2.squareRoot()) < 1e-15)
  }

  @Test func nothingAndErrorsThatAreNotPositiveHaveNoMean() {
    #expect(throws: StatisticsError.tooFewStudies(found: 0, required: 1)) {
      try InverseVarianceMean().mean()
    }
    for error in [0, -1, Double.infinity, .nan] {
      var mean = InverseVarianceMean()
      mean.add(1, standardError: 1)
      mean.add(2, standardError: error)
      mean.add(3, standardError: 1)
      #expect(throws: StatisticsError.noVariance) { try mean.mean() }
    }
  }
}
