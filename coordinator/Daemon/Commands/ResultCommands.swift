import Attestations
import CanonicalJSON
import ConsoleReports
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Evidence
import Gates
import ServiceRuntime
import Synthesis

/// `coordinator matrix show`, `verdicts show`, `evidence …`: what a round came to.
let resultCommands = [
  Command(
    "matrix show", "show the validation matrix of a round",
    [Options.profile, Options.study, Options.round, Options.json],
    example: "matrix show --profile vendor --study heart-disease"
  ) { arguments, console in
    let (client, round) = try await clientAndRound(arguments)
    let document: MatrixDocument = try await client.get(try path(.matrix, [.round: round]))
    if arguments[Options.json] {
      console.print(json: document)
      return .done
    }
    let result = try await client.result(of: round, document)
    for line in MatrixText(matrix: result.matrix, evaluationProtocol: result.evaluationProtocol).lines {
      console.print(line)
    }
    return .done
  },
  Command(
    "verdicts show", "show which criteria of a phase's gate hold after a round",
    [Options.profile, Options.study, Options.round, Options.json],
    example: "verdicts show --profile vendor --study heart-disease"
  ) { arguments, console in
    let (client, round) = try await clientAndRound(arguments)
    let status: RoundStatusDocument = try await client.get(try path(.round, [.round: round]))
    let result = try await client.result(of: round, client.get(try path(.matrix, [.round: round])))
    let verdicts = try await client.send("GET", try path(.verdicts, [.round: round]), body: nil)
    let outcome = try decide(
      result.matrix, phase: status.phase, under: result.evaluationProtocol,
      look: GateOutcome.look(in: verdicts))
    // What is shown is decided here from the matrix's decimals; what the server keeps must say the same.
    guard outcome.encode(protocolDigest: result.evaluationProtocol.digest) == verdicts else {
      throw ToolError(
        "the coordinator's verdicts do not follow from its matrix",
        remedy: "compare the versions of the two programs", exitCode: .signatureOrDigestWrong)
    }
    if arguments[Options.json] {
      console.write(verdicts)
      console.print("")
    } else {
      for line in GateText(outcome: outcome).lines { console.print(line) }
      if status.kind == .exploratory {
        console.print(StyledText("exploratory: never an input of the gate", .yellow))
      }
    }
    return outcome.verdict == .pass ? .done : .criteriaNotMet
  },
  Command(
    "evidence seal", "freeze a round's submissions, matrix and verdicts into one signed bundle",
    [Options.profile, Options.study, Options.round, Options.json],
    example: "evidence seal --profile vendor --study heart-disease"
  ) { arguments, console in
    let (client, round) = try await clientAndRound(arguments)
    let answer = try SealDocument.parse(
      await client.send("POST", try path(.seal, [.round: round]), body: nil, timeout: .seconds(120)))
    if arguments[Options.json] {
      console.print(json: answer)
    } else {
      console.print("sealed \(answer.name), \(answer.bytes) bytes, \(answer.bundle.text)")
    }
    return .done
  },
  Command(
    "evidence export", "write a sealed bundle and its page for people",
    [Options.profile, Options.study, Options.round, Options.out, Options.json],
    example: "evidence export --profile vendor --study heart-disease --out sealed"
  ) { arguments, console in
    let (client, round) = try await clientAndRound(arguments)
    let (name, bytes) = try await client.sealed(round)
    guard let page = try readZip(bytes).first(where: { $0.name == BundlePath.report }) else {
      throw ToolError("the bundle has no page", remedy: "export it again", exitCode: .inputRefused)
    }
    try writeDirectoryAtomically(
      [(name, bytes), ("START-HERE.html", Array(page.bytes))], to: arguments[Options.out],
      replacing: true)
    let bundle = "\(arguments[Options.out])/\(name)"
    let report = "\(arguments[Options.out])/START-HERE.html"
    if arguments[Options.json] {
      console.write(encodeCanonicalJSON(["bundle": .string(bundle), "report": .string(report)]))
      console.print("")
    } else {
      console.print("report: \(report)")
      console.print("bundle: \(bundle)")
    }
    return .done
  },
]

extension APIClient {
  /// A round's sealed bundle with its name. Whoever may seal, seals: that changes nothing the second time, and says
  /// which bytes to expect. Anybody else gets what was sealed.
  fileprivate func sealed(_ round: String) async throws -> (name: String, bytes: [UInt8]) {
    let identity: IdentityDocument = try await get(try path(.whoami))
    var seal: SealDocument?
    if RouteTable.row(.seal)?.roles.contains(identity.role) == true {
      seal = try SealDocument.parse(
        await send("POST", try path(.seal, [.round: round]), body: nil, timeout: .seconds(120)))
    }
    let bytes = try await send(
      "GET", try path(.bundle, [.round: round]), body: nil, timeout: .seconds(120),
      maximumResponseBytes: 512 << 20)
    guard let seal else { return (try bundleFileName(bytes), bytes) }
    guard Digest(of: bytes) == seal.bundle else {
      throw ToolError(
        "the bundle's digest is not the one that was sealed", remedy: "export it again",
        exitCode: .signatureOrDigestWrong)
    }
    return (seal.name, bytes)
  }

  /// A round's matrix with the protocol that it is under, whose digest is checked.
  fileprivate func result(
    of round: String, _ document: MatrixDocument
  ) async throws -> (matrix: ValidationMatrix, evaluationProtocol: EvaluationProtocol) {
    let status: RoundStatusDocument = try await get(try path(.round, [.round: round]))
    let evaluationProtocol = try EvaluationProtocol.parse(
      await send("GET", try path(.object, [.digest: status.evaluationProtocol.hex]), body: nil))
    guard evaluationProtocol.digest == status.evaluationProtocol else {
      throw ToolError(
        "the protocol's digest is not the round's", remedy: "look into the coordinator's log",
        exitCode: .signatureOrDigestWrong)
    }
    return (
      try ValidationMatrix.parse(
        document.files.map { (path: $0.path, bytes: $0.bytes) }, under: evaluationProtocol),
      evaluationProtocol
    )
  }
}
