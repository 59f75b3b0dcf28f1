import Aggregates
import EvaluationProtocols
import TestSupport
import Testing

/// Against a second reading of the format and of the disclosure rule, written in another language.
@Suite struct AggregateVectorTests {
  @Test func theSameRowsGiveTheSameBytesAsAnotherProgram() throws {
    let names = try AggregateVectors.names("input")
    #expect(names.count >= 40)
    #expect(try names == AggregateVectors.names("accept"))
    for name in names {
      let expected = try AggregateVectors.bytes("accept/\(name)")
      #expect(try AggregateVectors.release(name).bytes == expected, "\(name)")
    }
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theVectorsAreWhatTheirProgramMakes() throws {
    let script = Repository.path("protocols/vectors/aggregate/make.py")
    #expect(try OtherProgram.run("python3", ["-B", script, "--check"]).status == 0)
  }

  @Test func anotherProgramsAggregatesAreAccepted() throws {
    for name in try AggregateVectors.names("accept") {
      let bytes = try AggregateVectors.bytes("accept/\(name)")
      let checked = try CheckedAggregate.parse(
        bytes, under: try AggregateVectors.evaluationProtocol(of: name))
      #expect(checked.bytes == bytes, "\(name)")
    }
  }

  @Test func aggregatesThatContradictThemselvesAreRefusedForTheRuleTheyBreak() throws {
    let expected = try AggregateVectors.expected()
    #expect(try AggregateVectors.names("reject") == expected.map(\.name))
    for (name, words) in expected {
      let bytes = try AggregateVectors.bytes("reject/\(name)")
      let evaluationProtocol = try AggregateVectors.evaluationProtocol(of: name)
      do {
        _ = try CheckedAggregate.parse(bytes, under: evaluationProtocol)
        Issue.record("\(name) was accepted; expected: \(words)")
      } catch {
        #expect(error.description.contains(words), "\(name): \(error)")
        #expect(!error.remedy.isEmpty, "\(name)")
      }
    }
  }

  @Test func everythingReleasedIsAcceptedAndReadBackAsItWas() throws {
    for (seed, hospital, _) in try MadeUpHospital.sample.get() {
      do {
        let checked = try CheckedAggregate.parse(
          hospital.released.bytes, under: hospital.evaluationProtocol)
        #expect(checked.content == hospital.released.content, "seed \(seed)")
        #expect(ReleasableAggregate(checked) == hospital.released, "seed \(seed)")
      } catch { Issue.record("seed \(seed): \(error)") }
    }
  }

  @Test func everyPrefixIsRefusedAndNoneEndsTheProcess() throws {
    let evaluationProtocol = try AggregateVectors.evaluationProtocol(of: "01.json")
    let bytes = try AggregateVectors.bytes("accept/01.json")
    for length in stride(from: 0, to: bytes.count, by: 101) {
      #expect(throws: AggregateError.self) {
        try CheckedAggregate.parse(Array(bytes.prefix(length)), under: evaluationProtocol)
      }
    }
  }

  @Test func whatTheSiteKeepsIsNoAggregate() throws {
    let hospital = try MadeUpHospital(seed: 1)
    let bytes = hospital.local.encodeForSite(under: hospital.evaluationProtocol, policy: hospital.policy)
    #expect(throws: AggregateError.self) {
      try CheckedAggregate.parse(bytes, under: hospital.evaluationProtocol)
    }
  }
}
