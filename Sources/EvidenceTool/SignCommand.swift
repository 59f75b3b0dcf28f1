import Aggregates
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import Submissions

private let evaluation = Parameter<String>.path("--evaluation", "folder that `site-agent evaluate` wrote")
private let sequence = Parameter<Int>.integer(
  "--sequence", "number of this submission in the phase", in: 1...1_000_000
).defaulting(to: 1)

/// `evidence sign`: a site signs its aggregate and accepts the protocol, with its own key.
let signCommand = Command(
  "sign", "sign a site's aggregate and its acceptance of the protocol with the site's own key",
  [Options.evaluationProtocol, evaluation, Options.keys, Options.phase, sequence, Options.out, Options.json],
  example: "sign --protocol protocol.json --evaluation north --keys north-keys --out submissions/north"
) { arguments, console in
  let evaluationProtocol = try readProtocol(arguments[Options.evaluationProtocol])
  let folder = arguments[evaluation]
  let identity = try SigningIdentity.load(from: arguments[Options.keys])
  let checked = try CheckedAggregate.parse(
    readFile("\(folder)/aggregate.json", maximumBytes: JSONLimits.submission.maximumBytes),
    under: evaluationProtocol)
  let site = checked.content.site
  guard identity.role == (try SignerRole(site: site)) else {
    throw ToolError(
      "the keys are for \(identity.role.uri), the aggregate is of site \(site)",
      remedy: "give the keys of site \(site) with --keys", exitCode: .signatureOrDigestWrong)
  }
  let release = try readFile("\(folder)/dataset-release.json", maximumBytes: JSONLimits.small.maximumBytes)
  let context = try SiteContext.parse(
    readFile("\(folder)/context.json", maximumBytes: JSONLimits.small.maximumBytes))
  let predicate = SubmissionPredicate(
    site: site, evaluationProtocol: evaluationProtocol, phase: arguments[Options.phase],
    datasetDigest: Digest(of: release), evaluator: "site-agent 0.1.0", sequence: arguments[sequence],
    signedAt: try currentTime(), salt: try randomBytes(16).hexText)
  let files = try signSubmission(
    ReleasableAggregate(checked), context: context, predicate: predicate, under: evaluationProtocol,
    with: identity)
  try writeDirectoryAtomically(
    [
      (SubmissionFiles.aggregateName, files.aggregate), (SubmissionFiles.contextName, files.context),
      (SubmissionFiles.submissionName, files.submission), (SubmissionFiles.acceptanceName, files.acceptance),
      (SubmissionFiles.rootName, files.root),
    ], to: arguments[Options.out], replacing: true)
  if arguments[Options.json] {
    console.write(
      encodeCanonicalJSON([
        "aggregate": .string(checked.digest.text), "site": .string(site),
        "fingerprint": .string(identity.fingerprint.digest.text),
      ]))
    console.print("")
    return .done
  }
  console.print("signed \(checked.digest.text) as site \(site), root \(identity.fingerprint.text)")
  return .done
}

extension [UInt8] {
  /// Lower-case hexadecimal.
  fileprivate var hexText: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
