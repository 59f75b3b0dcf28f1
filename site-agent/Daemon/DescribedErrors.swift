import Aggregates
import Attestations
import CanonicalJSON
import EvaluationProtocols
import Models
import ServiceRuntime
import SiteEvaluation

// The modules' errors as the tool reports them: description and remedy are theirs, the exit code is ours.
extension AttestationError: DescribedError {
  var exitCode: ExitCode { .signatureOrDigestWrong }
}
extension SiteEvaluationError: DescribedError {
  var exitCode: ExitCode {
    if case .model(.otherFile) = self { .signatureOrDigestWrong } else { .inputRefused }
  }
}
extension ProtocolError: DescribedError {}
extension SigningIdentityError: DescribedError {}
extension SiteFileError: DescribedError {}
extension SyntheticCohortError: DescribedError {}
extension TimeError: DescribedError {}
