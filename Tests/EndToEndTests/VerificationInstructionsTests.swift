import Attestations
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import StudyFixtures
import TestSupport
import Testing

@testable import Evidence

private let hasTools = ["openssl", "jq", "sha256sum", "bash", "diff"].allSatisfy {
  OtherProgram.path($0) != nil
}

/// The recipe in `tools/VERIFY.txt`, run as a reader would, with openssl, jq and sha256sum.
@Suite(.enabled(if: hasTools, "needs openssl, jq and sha256sum"))
struct VerificationInstructionsTests {
  let study: HeartDiseaseStudy

  init() throws { study = try HeartDiseaseStudy.shared() }

  /// Unpacks the bundle and the script, lets `change` at the files, and runs the script on one signature.
  private func run(
    _ signature: String, root: String, change: (String) throws -> Void = { _ in }
  ) throws -> (status: Int32, output: String) {
    try withTemporaryDirectory { folder in
      let files = try readZip(study.bundle.bytes).map { (path: $0.name, bytes: $0.bytes) }
      try writeDirectoryAtomically(files, to: folder + "/bundle")
      let text = try #require(files.first { $0.path == BundlePath.instructions })
      let parts = String(decoding: text.bytes, as: UTF8.self).split(
        separator: "---- 8< ---- verify.sh ---- 8< ----\n")
      try writeFileAtomically(
        Array(try #require(parts.count > 1 ? parts[1] : nil).utf8), to: folder + "/verify.sh")
      try change(folder + "/bundle")
      return try OtherProgram.run("bash", [folder + "/verify.sh", folder + "/bundle", signature, root])
    }
  }

  @Test func manifestOfASealedBundleHolds() throws {
    let result = try run(BundlePath.manifest, root: BundlePath.coordinatorRoot)
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("signed by: urn:equipoise:role:evidence"))
    #expect(result.output.contains("root:      \(study.coordinator.fingerprint.digest.text)"))
  }

  @Test func submissionOfEachSiteHolds() throws {
    for site in study.evaluationProtocol.sites.map(\.id) {
      let result = try run(
        BundlePath.site(site, "submission.sigstore.json"), root: BundlePath.site(site, "root.pem"))
      #expect(result.status == 0, "\(result.output)")
      #expect(result.output.contains("urn:equipoise:role:site-submission:\(site)"))
      #expect(result.output.contains("covers:    sites/\(site)/aggregate.json"))
    }
  }

  @Test func changedFileIsFound() throws {
    let result = try run(
      BundlePath.site("budapest", "submission.sigstore.json"), root: BundlePath.site("budapest", "root.pem")
    ) { bundle in
      let path = bundle + "/sites/budapest/aggregate.json"
      var bytes = try readFile(path, maximumBytes: 1 << 24)
      bytes[bytes.count / 2] ^= 1
      try writeFileAtomically(bytes, to: path)
    }
    #expect(result.status == 1)
    #expect(result.output.contains("A FILE IS NOT WHAT WAS SIGNED"))
  }

  @Test func addedFileIsFound() throws {
    let result = try run(BundlePath.manifest, root: BundlePath.coordinatorRoot) { bundle in
      try writeFileAtomically([0x21], to: bundle + "/added.txt")
    }
    #expect(result.status == 1)
    #expect(result.output.contains("THE FILE SET DIFFERS"))
  }

  @Test func anotherRootIsFound() throws {
    let result = try run(
      BundlePath.site("budapest", "submission.sigstore.json"),
      root: BundlePath.site("switzerland", "root.pem"))
    #expect(result.status == 1)
    #expect(result.output.contains("CERTIFICATE DOES NOT CHAIN"))
  }
}
