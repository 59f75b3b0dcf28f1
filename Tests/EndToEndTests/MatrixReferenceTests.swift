import Cryptography
import EvaluationProtocols
import Evidence
import StudyFixtures
import Synthesis
import TestSupport
import Testing

/// Numbers of a matrix against scikit-learn, statsmodels, scipy, dcurves, pROC, metafor and rms on the same
/// rows, as `Reference/compare_matrix.py` wrote them down. Each has its own tolerance, after statistics.md §13.
@Suite struct MatrixReferenceTests {
  private func disagreements(
    _ name: String, _ matrix: ValidationMatrix, atLeast count: Int
  ) throws -> [String] {
    let expected = try ExpectedNumbers(Repository.path("Tests/EndToEndTests/Reference/\(name)"))
    #expect(expected.protocolDigest == matrix.protocolDigest.text, "the numbers are of another protocol")
    #expect(expected.count > count)
    return try expected.disagreements(in: matrix.encode())
  }

  @Test func heartDiseaseMatrixEqualsTheOtherPrograms() throws {
    let found = try disagreements(
      "heart-disease-matrix.json", HeartDiseaseStudy.shared().bundle.record.matrix, atLeast: 1500)
    #expect(found.isEmpty, "\(found.prefix(5))")
  }

  @Test func sampleOfTheSyntheticMatrixEqualsTheOtherPrograms() throws {
    let matrix = try SyntheticStudy.matrix(
      rows: 6000, seed: 2026, under: SyntheticStudy.evaluationProtocol(version: 2))
    let found = try disagreements("synthetic-deterioration-matrix.json", matrix, atLeast: 300)
    #expect(found.isEmpty, "\(found.prefix(5))")
  }
}
