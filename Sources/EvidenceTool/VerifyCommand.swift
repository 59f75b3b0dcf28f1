import Attestations
import CanonicalJSON
import ConsoleReports
import Cryptography
import Evidence
import EvaluationProtocols
import Gates
import ServiceRuntime
import Synthesis

private let bundle = Parameter<String>.path("BUNDLE", "the bundle, *.evb.zip")

/// `evidence verify`: checks a bundle with nothing but the bundle and a trust file.
let verifyCommand = Command(
  "verify", "check a bundle offline: signatures, file set, and every number made again",
  [bundle, Options.optionalTrust, Options.json], example: "verify study.evb.zip --trust trust.json"
) { arguments, console in
  let report = verifyBundle(
    try readFile(arguments[bundle], maximumBytes: VerificationReport.largestBundle),
    trust: try arguments[Options.optionalTrust].map(readTrust), now: try currentTime())
  if arguments[Options.json] {
    console.write(encodeCanonicalJSON(report.json))
    console.print("")
  } else {
    for line in report.confirmed { console.print("\("ok", .green)     \(line)") }
    for problem in report.problems {
      console.print("\("wrong", .red)  \(problem.file, .bold): \(problem.message) [\(problem.rule)]")
      console.print("       hint: \(problem.remedy)")
    }
    console.print("\(report.level.name, .bold): \(report.level.words)")
    if let record = report.record, report.level > .malformed {
      let opens = record.outcome.verdict == .pass ? "opens" : "does not open"
      for dataClass in record.outcome.dataClasses where dataClass != "clinical" {
        console.print("\("\(dataClass) data", .yellow): not a result about a hospital's current patients.")
      }
      console.print("The gate out of the phase \(record.outcome.phase.rawValue) \(opens).")
    }
    if report.isExpired {
      console.print("The evidence is out of date since \(report.record?.validUntil.text ?? "").")
    }
  }
  return report.exitCode
}

/// `evidence show`: prints the matrix, the verdicts and the sign-offs of a bundle that verifies.
let showCommand = Command(
  "show", "print the matrix, the verdicts and the sign-offs of a bundle, after checking it",
  [bundle, Options.optionalTrust, Options.json],
  example: "show study.evb.zip --trust trust.json"
) { arguments, console in
  let report = verifyBundle(
    try readFile(arguments[bundle], maximumBytes: VerificationReport.largestBundle),
    trust: try arguments[Options.optionalTrust].map(readTrust), now: try currentTime())
  guard let record = report.record, report.level > .malformed else {
    throw ToolError(
      "the bundle does not verify", remedy: "run `evidence verify` to see what is wrong where",
      exitCode: report.exitCode)
  }
  if arguments[Options.json] {
    console.write(encodeCanonicalJSON(try record.json(level: report.level)))
    console.print("")
    return report.exitCode
  }
  console.print("\(report.level.name, .bold): \(report.level.words)")
  for line in MatrixText(matrix: record.matrix, evaluationProtocol: record.evaluationProtocol).lines
    + GateText(outcome: record.outcome).lines
  {
    console.print(line)
  }
  for line in record.study?.signOffLines ?? [StyledText(BundleWords.noHistory)] { console.print(line) }
  return report.exitCode
}

extension VerificationReport {
  /// The most bytes of a bundle that is read.
  static let largestBundle = 1 << 30

  /// The worst of what was found.
  var exitCode: ExitCode {
    if problems.contains(where: { $0.kind == .signature }) { return .signatureOrDigestWrong }
    if problems.contains(where: { $0.kind == .refused }) || record == nil { return .inputRefused }
    if !problems.isEmpty { return .notVerifiableHere }
    return isExpired ? .expiredOrSuperseded : .done
  }

  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "level": .string(level.name), "words": .string(level.words),
      "exitCode": .integer(Int64(exitCode.rawValue)), "expired": .boolean(isExpired),
      "confirmed": .array(confirmed.map { .string($0) }),
      "problems": .array(
        problems.map { problem in
          [
            "kind": .string(problem.kind.rawValue), "rule": .string(problem.rule),
            "file": .string(problem.file), "message": .string(problem.message),
            "remedy": .string(problem.remedy),
          ]
        }),
    ]
    if let record {
      object["gate"] = .string(record.outcome.verdict.rawValue)
      object["dataClasses"] = .array(record.outcome.dataClasses.map { .string($0) })
    }
    return .object(object)
  }
}

extension EvidenceRecord {
  /// Matrix and verdicts as they stand in the bundle, in one document.
  fileprivate func json(level: VerificationReport.Level) throws -> JSONValue {
    func value(_ bytes: [UInt8]) throws -> JSONValue { try parseCanonicalJSON(bytes, limits: .submission) }
    var sites: [JSONValue] = []
    var pooled: JSONValue = [:]
    for (path, bytes) in matrix.encode() {
      if path == "pooled.json" { pooled = try value(bytes) } else { sites.append(try value(bytes)) }
    }
    var object: JSONObject = [
      "level": .string(level.name), "pooled": pooled, "sites": .array(sites),
      "verdicts": try value(outcome.encode(protocolDigest: evaluationProtocol.digest)),
    ]
    if let study { object["signOffs"] = study.signOffs }
    return .object(object)
  }
}
