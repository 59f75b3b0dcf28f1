import Aggregates
import Attestations
import CanonicalJSON
import ColumnFiles
import EvaluationProtocols
import Cryptography
import CoordinatorAPI
import Models
import PhaseGrants
import ServiceRuntime
import SiteEvaluation
import SiteOperations
import Storage
import Submissions
import Transport

// The modules' errors as the tool reports them: description and remedy are theirs, the exit code is ours.
extension AttestationError: DescribedError {
  var exitCode: ExitCode { .signatureOrDigestWrong }
}
extension SiteEvaluationError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .model(.otherFile): .signatureOrDigestWrong
    case .snapshot(let error): error.exitCode
    default: .inputRefused
    }
  }
}
extension GrantError: DescribedError {
  var exitCode: ExitCode { .signatureOrDigestWrong }
}
extension JSONError: DescribedError {}
extension ProtocolError: DescribedError {}
extension SigningIdentityError: DescribedError {}
extension IntakeError: DescribedError {}
extension SiteFileError: DescribedError {}
extension SyntheticCohortError: DescribedError {}
extension TimeError: DescribedError {}

extension AgentConfigurationError: DescribedError {}
extension AgentError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .answerDiffers, .datasetChanged, .objectDiffers, .receiptRefused:
      .signatureOrDigestWrong
    case .invitationExpired: .expiredOrSuperseded
    default: .inputRefused
    }
  }
}
extension ClientError: DescribedError {
  var exitCode: ExitCode { .unreachable }
}
extension ColumnFileError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .damaged: .signatureOrDigestWrong
    case .diskFull, .cannotWrite: .unreachable
    case .cannotRead, .digests: .inputRefused
    }
  }
}
extension ConnectionError: DescribedError {
  var exitCode: ExitCode {
    if case .problem = self { .inputRefused } else { .unreachable }
  }
}
extension CryptographyError: DescribedError {}
extension EgressLogError: DescribedError {
  var exitCode: ExitCode { .signatureOrDigestWrong }
}
extension KeyFileError: DescribedError {}
extension PolicyError: DescribedError {}
extension StorageError: DescribedError {
  var exitCode: ExitCode {
    switch self {
    case .full, .busy, .io: .unreachable
    default: .inputRefused
    }
  }
}
extension SubmissionError: DescribedError {
  var exitCode: ExitCode { .signatureOrDigestWrong }
}
extension TableError: DescribedError {}
extension WireError: DescribedError {}
