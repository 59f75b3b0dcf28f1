import Gates
import Cryptography
import ServiceRuntime
import TestSupport
import Testing

@testable import Evidence

/// `tools/VERIFY.txt`, followed with other programs for what people and sites signed.
@Suite struct HistoryByHandTests {
  private static let canRun = ["openssl", "jq", "bash", "sha256sum"].allSatisfy {
    OtherProgram.path($0) != nil
  }

  private func check(_ statement: String, root: String, in folder: String) throws -> (Int32, String) {
    let result = try OtherProgram.run("bash", [folder + "/verify.sh", folder + "/bundle", statement, root])
    return (result.status, result.output)
  }

  @Test(.enabled(if: canRun))
  func statementsOfTheHistoryAreCheckedByHand() throws {
    let story = try StudyStory.limited()
    try withTemporaryDirectory { folder in
      let entries = try readZip(story.seal().bytes).map { (path: $0.name, bytes: Array($0.bytes)) }
      try writeDirectoryAtomically(entries, to: folder + "/bundle", replacing: false)
      let lines = verificationInstructions.split(separator: "\n", omittingEmptySubsequences: false)
      let marks = lines.indices.filter { lines[$0].contains("---- 8< ----") }
      try writeFileAtomically(
        Array(lines[(marks[0] + 1)..<marks[1]].joined(separator: "\n").utf8), to: folder + "/verify.sh")
      let decision = try #require(story.state.decisions.first)
      let path = BundlePath.statement(decision.sequence)
      let (status, output) = try check(path, root: BundlePath.signer(decision.fact.key), in: folder)
      #expect(status == 0)
      #expect(output.contains("urn:equipoise:role:reviewer"))
      #expect(output.contains("review/limited.html"))
      #expect(output.contains(decision.fact.key.hex))
      let other = try check(path, root: BundlePath.coordinatorRoot, in: folder)
      #expect(other.0 == 1)
      #expect(other.1.contains("CERTIFICATE DOES NOT CHAIN"))
      #expect(try check(BundlePath.manifest, root: BundlePath.coordinatorRoot, in: folder).0 == 0)
    }
  }
}
