import Attestations
import CanonicalJSON
import EvaluationProtocols
import ServiceRuntime

/// The options that several commands share, so that each means the same everywhere.
enum Options {
  static let evaluationProtocol = Parameter<String>.path("--protocol", "the protocol, protocol.json")
  static let trust = Parameter<String>.path("--trust", "your trust file")
  static let optionalTrust = Parameter<String>.path(
    "--trust", "your trust file; without it nobody is believed"
  ).optional()
  static let phase = Parameter<PhaseName>.choice("--phase", "the phase whose gate is decided").defaulting(
    to: .silent)
  static let out = Parameter<String>.path("--out", "folder to write; what is there is replaced")
  static let json = Parameter<Bool>.flag("--json", "print one JSON document instead of text")
  static let keys = Parameter<String>.path("--keys", "folder of the signing identity")
}

/// Reads a protocol file.
func readProtocol(_ path: String) throws -> EvaluationProtocol {
  try EvaluationProtocol.parse(readFile(path, maximumBytes: JSONLimits.protocolDocument.maximumBytes))
}

/// Reads a trust file.
func readTrust(_ path: String) throws -> TrustFile {
  try TrustFile.parse(readFile(path, maximumBytes: JSONLimits.small.maximumBytes))
}

/// The present, as documents write it.
func currentTime(_ clock: some WallClock = SystemClock()) throws -> UTCTime {
  try UTCTime(secondsSinceEpoch: clock.now())
}
