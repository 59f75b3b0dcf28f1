package import CanonicalJSON
package import Cryptography

/// Why the agent did not do what a person or the coordinator asked. None of them carries a cell or a count.
package enum AgentError: Error, Equatable {
  case notJoined
  case alreadyJoined(site: String)
  case otherDeployment(joined: String, invited: String)
  case invitationExpired(UTCTime)
  /// The coordinator's answer does not fit what was asked.
  case answerDiffers(String)
  case identityMalformed(path: String, problem: String)
  case pauseMalformed(path: String)
  case unknownProtocol(String)
  case ambiguousProtocol(String)
  case unknownAssignment(String)
  case unknownDataset(String)
  case datasetMissing(study: String)
  case datasetChanged(path: String)
  /// No release, or several, begin so.
  case unknownRelease(String)
  case datasetDiscarded(Digest, at: UTCTime)
  case datasetNeeded(Digest, by: String, state: String)
  /// Another process reads the rows, or discards them.
  case datasetInUse(Digest)
  /// The rules of disclosure under which an evaluation was signed are not those of its dataset now.
  case policyDiffers
  case unknownPackage(Digest)
  case notPreviewed(Digest)
  case nothingToPreview(assignment: String, state: String)
  case wrongState(assignment: String, state: String)
  case objectDiffers(Digest)
  case objectTooLarge(Digest, limit: Int)
  case notPinned
  case protocolOfOtherStudy(expected: String, found: String)
  case protocolRefused(String)
  case notOurSite(String)
  case paused
  case clockSkew(seconds: Int)
  case receiptRefused(String)
}

extension AgentError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notJoined: "this agent has not joined a coordinator"
    case .alreadyJoined(let site):
      "this agent has already joined as site \(site), and its certificate is valid"
    case .otherDeployment(let joined, let invited):
      "this directory belongs to \(joined), the invitation is for \(invited)"
    case .invitationExpired(let time): "the invitation ended at \(time)"
    case .answerDiffers(let what): "the coordinator answered with another \(what) than was asked for"
    case .identityMalformed(let path, let problem): "\(path): \(problem)"
    case .pauseMalformed(let path): "\(path) cannot be read; the agent counts as paused"
    case .unknownProtocol(let text): "no protocol here has the digest or study \(text)"
    case .ambiguousProtocol(let text): "several protocols here match \(text)"
    case .unknownAssignment(let id): "no assignment \(id) is here"
    case .unknownDataset(let text): "no dataset here has the digest or study \(text)"
    case .datasetMissing(let study): "no dataset is registered for the study \(study)"
    case .datasetChanged(let path): "\(path) has changed since it was registered"
    case .unknownRelease(let text): "no release here, or more than one, has a digest that begins with \(text)"
    case .datasetDiscarded(let release, let time):
      "the dataset release \(release.hex.prefix(16)) was discarded at \(time)"
    case .datasetNeeded(let release, let assignment, let state):
      "the rows of release \(release.hex.prefix(16)) are needed for the assignment \(assignment), which is \(state)"
    case .datasetInUse(let release):
      "the rows of release \(release.hex.prefix(16)) are being read or discarded by another command or the agent"
    case .policyDiffers: "the evaluation was signed under another disclosure policy than its dataset has"
    case .unknownPackage(let digest): "no package with the digest \(digest.text) waits here"
    case .notPreviewed(let digest): "the package \(digest.text) was not previewed"
    case .nothingToPreview(let assignment, let state): "\(assignment) has no package yet; it is \(state)"
    case .wrongState(let assignment, let state): "\(assignment) is \(state) now"
    case .objectDiffers(let digest):
      "what the coordinator sent is not the file with the digest \(digest.text)"
    case .objectTooLarge(let digest, let limit): "the file \(digest.text) has more than \(limit) bytes"
    case .notPinned: "no approval covers this protocol, policy and model"
    case .protocolOfOtherStudy(let expected, let found):
      "the protocol is of the study \(found), the assignment of \(expected)"
    case .protocolRefused(let problem): "the protocol cannot be used: \(problem)"
    case .notOurSite(let site): "the protocol does not list this site, \(site)"
    case .paused: "the agent is paused; nothing leaves"
    case .clockSkew(let seconds): "this clock and the coordinator's differ by \(seconds) seconds"
    case .receiptRefused(let problem): "the receipt is refused: \(problem)"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .notJoined: "run site-agent join with the invitation that the study's administrator sent"
    case .alreadyJoined: "nothing needs to be done; site-agent status shows the connection"
    case .otherDeployment: "use another --directory for another tenant or site"
    case .invitationExpired: "ask the study's administrator for a new invitation"
    case .answerDiffers:
      "do not go on; tell the study's administrator what was shown, and compare both fingerprints by telephone"
    case .identityMalformed:
      "restore the agent directory from its backup, or join again with a new invitation"
    case .pauseMalformed: "look at the file; site-agent resume removes it"
    case .unknownProtocol: "site-agent protocol list shows what is here"
    case .ambiguousProtocol: "give more digits of the digest"
    case .unknownAssignment: "site-agent status lists the assignments"
    case .unknownDataset: "site-agent dataset list shows what is here"
    case .datasetMissing: "site-agent dataset register --study, with the data and its declaration"
    case .datasetChanged:
      "evaluations use the rows that were registered; to use the new ones, register the file again"
    case .unknownRelease: "give 8 digits or more of a release that site-agent dataset list shows"
    case .datasetDiscarded:
      "site-agent dataset show says by whom and why; register the same files again, or others for the study"
    case .datasetNeeded:
      "wait until it is answered, decline it with site-agent protocol deny or revoke, or register a dataset in its place"
    case .datasetInUse: "try again when that has ended"
    case .policyDiffers:
      "register the dataset with the policy of that time in another agent directory to reproduce it"
    case .unknownPackage: "site-agent preview shows the digest of what waits"
    case .notPreviewed: "look at it first with site-agent preview"
    case .nothingToPreview, .wrongState: "site-agent status says what is awaited"
    case .objectDiffers, .objectTooLarge: "it is fetched again; if it goes on, tell the study's administrator"
    case .notPinned: "look at it with site-agent protocol show, then site-agent protocol approve"
    case .protocolOfOtherStudy, .protocolRefused, .notOurSite: "tell the study's administrator"
    case .paused: "site-agent resume lets the agent go on"
    case .clockSkew: "set this machine's clock, for instance with NTP; the agent never sets it"
    case .receiptRefused:
      "do not delete anything; tell the study's administrator, since the answer may come from somebody else"
    }
  }
}
