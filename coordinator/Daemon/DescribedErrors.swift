import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Evidence
import Gates
import ServiceRuntime
import Storage
import Submissions
import Synthesis
import Tenancy
import Transport

// The modules' errors as the tool reports them: description and remedy are theirs, the exit code is ours.
extension AuditDefect: DescribedError {
  var exitCode: ExitCode { .signatureOrDigestWrong }
}
extension ClientError: DescribedError {
  var exitCode: ExitCode { .unreachable }
}
extension CryptographyError: DescribedError {}
extension DocumentError: DescribedError {}
extension GateError: DescribedError {}
extension JSONError: DescribedError {}
extension KeyFileError: DescribedError {}
extension MatrixError: DescribedError {}
extension ProtocolError: DescribedError {}
extension SigningIdentityError: DescribedError {}
extension SubmissionError: DescribedError {}
extension TimeError: DescribedError {}
extension TrustError: DescribedError {}
extension WireError: DescribedError {}
extension ZipError: DescribedError {}
extension StorageError: DescribedError {
  var exitCode: ExitCode { .unreachable }
}
extension TenancyError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .storage, .system, .auditUnavailable: .unreachable
    default: .inputRefused
    }
  }
}
extension TransportError: DescribedError {
  var exitCode: ExitCode { .unreachable }
}
