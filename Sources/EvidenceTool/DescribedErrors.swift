import Aggregates
import Attestations
import CanonicalJSON
import Cryptography
import Evidence
import EvaluationProtocols
import Gates
import ServiceRuntime
import Submissions
import Synthesis

// The modules' errors as the tool reports them: description and remedy are theirs, the exit code is ours.
extension AggregateError: DescribedError {}
extension AttestationError: DescribedError {
  var exitCode: ExitCode { .signatureOrDigestWrong }
}
extension CUSUMSimulationError: DescribedError {}
extension CryptographyError: DescribedError {}
extension DocumentError: DescribedError {}
extension GateError: DescribedError {}
extension JSONError: DescribedError {}
extension MergeError: DescribedError {}
extension MatrixError: DescribedError {}
extension ProtocolError: DescribedError {}
extension SigningIdentityError: DescribedError {}
extension TrustError: DescribedError {}
extension ZipError: DescribedError {}
extension TimeError: DescribedError {}
extension SubmissionError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .attestation, .root: .signatureOrDigestWrong
    default: .inputRefused
    }
  }
}
extension ReferenceError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .siteNotTrusted: .notVerifiableHere
    case .predicate, .notCited: .inputRefused
    default: .signatureOrDigestWrong
    }
  }
}
extension SealError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .modelCard, .study: .inputRefused
    case .siteNotTrusted: .notVerifiableHere
    case .submission(_, let error): error.exitCode
    }
  }
}
extension PreparationError: DescribedError {}
extension SignOffRefusal: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .signature, .otherKey: .signatureOrDigestWrong
    default: .inputRefused
    }
  }
}
