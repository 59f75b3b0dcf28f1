import Attestations
import CanonicalJSON
import Evidence
import EvaluationProtocols
import ServiceRuntime
import Submissions

private let submissions = Parameter<String>.path("--submissions", "folder with one signed folder a site")
private let modelCard = Parameter<String>.path("--model-card", "the vendor's model card, model-card.json")
private let sequence = Parameter<Int>.integer(
  "--sequence", "number of this seal of the gate", in: 1...1_000_000
).defaulting(to: 1)

/// `evidence seal`: freezes the signed submissions and everything that follows from them into one bundle.
let sealCommand = Command(
  "seal", "seal signed submissions, matrix, verdicts and the page for people into one bundle",
  [
    Options.evaluationProtocol, modelCard, submissions, Options.trust, Options.keys, Options.phase, sequence,
    Options.out, Options.json,
  ],
  example: """
    seal --protocol protocol.json --model-card model-card.json --submissions submissions --trust trust.json \
    --keys coordinator --out sealed
    """
) { arguments, console in
  let folder = arguments[submissions]
  var files: [SubmissionFiles] = []
  for entry in try listDirectory(folder) where entry.kind == .folder {
    func read(_ name: String, _ limit: JSONLimits) throws -> [UInt8] {
      try readFile("\(folder)/\(entry.name)/\(name)", maximumBytes: limit.maximumBytes)
    }
    files.append(
      SubmissionFiles(
        site: entry.name, aggregate: try read(SubmissionFiles.aggregateName, .submission),
        context: try read(SubmissionFiles.contextName, .small),
        submission: try read(SubmissionFiles.submissionName, .attestation),
        acceptance: try read(SubmissionFiles.acceptanceName, .attestation),
        root: try read(SubmissionFiles.rootName, .small)))
  }
  let request = SealRequest(
    evaluationProtocol: try readFile(
      arguments[Options.evaluationProtocol], maximumBytes: JSONLimits.protocolDocument.maximumBytes),
    modelCard: try readFile(arguments[modelCard], maximumBytes: JSONLimits.small.maximumBytes),
    submissions: files, phase: arguments[Options.phase], sequence: arguments[sequence])
  let sealed = try seal(
    request, trust: readTrust(arguments[Options.trust]),
    identity: SigningIdentity.load(from: arguments[Options.keys]), now: currentTime())
  try writeDirectoryAtomically(
    [(sealed.fileName, sealed.bytes), ("START-HERE.html", sealed.report)], to: arguments[Options.out],
    replacing: true)
  let bundle = "\(arguments[Options.out])/\(sealed.fileName)"
  if arguments[Options.json] {
    console.write(
      encodeCanonicalJSON([
        "bundle": .string(bundle), "report": .string("\(arguments[Options.out])/START-HERE.html"),
      ]))
    console.print("")
  } else {
    console.print("report: \(arguments[Options.out])/START-HERE.html")
    console.print("bundle: \(bundle)")
  }
  return .done
}
