package import Attestations
package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// The coordinator's signed word that it keeps a submission. Format: `protocols/receipt.md`.
package struct Receipt: Sendable, Equatable {
  package let tenant: String
  package let site: String
  package let study: String
  package let round: String
  package let assignment: String
  /// The sequence of the assignment, which the submission states too.
  package let sequence: Int
  /// Digest of the package as it was sent.
  package let submission: Digest
  /// Digest of the `aggregate.json` in it.
  package let aggregate: Digest
  package let admittedAt: UTCTime
  /// The entry of the tenant's audit log that says so.
  package let auditSequence: Int

  /// What a receipt says; `sign` makes it one.
  package init(
    tenant: String, site: String, study: String, round: String, assignment: String, sequence: Int,
    submission: Digest, aggregate: Digest, admittedAt: UTCTime, auditSequence: Int
  ) {
    self.tenant = tenant
    self.site = site
    self.study = study
    self.round = round
    self.assignment = assignment
    self.sequence = sequence
    self.submission = submission
    self.aggregate = aggregate
    self.admittedAt = admittedAt
    self.auditSequence = auditSequence
  }

  /// Signs the receipt with the tenant's evidence identity.
  ///
  /// - Throws: `SigningIdentityError`, also when the identity is not for evidence.
  package func sign(with identity: SigningIdentity) throws(SigningIdentityError) -> [UInt8] {
    let statement: Statement
    do {
      statement = try Statement(
        subjects: [Self.subject(site: site, submission: submission)], predicateType: .receipt, predicate: json
      )
    } catch { throw .statement(error) }
    return try identity.sign(statement)
  }

  /// Checks a receipt for one package, then reads it.
  ///
  /// - Parameters:
  ///   - root: certificate of the root above the evidence key; believed only if its key is the pinned one.
  ///   - pinnedRootKey: from the invitation, never from the answer.
  ///   - submission: digest of the package that was sent.
  ///   - time: when the receipt came; the certificates must hold then and at the admission.
  /// - Throws: `ReceiptError`.
  package static func verify(
    _ bytes: [UInt8], root: Certificate, pinnedRootKey: Digest, submission: Digest, site: String,
    at time: UTCTime
  ) throws(ReceiptError) -> Receipt {
    func verified(at time: UTCTime) throws(ReceiptError) -> VerifiedAttestation {
      do throws(AttestationError) {
        let attestation = try UnverifiedAttestation.parse(bytes).verify(
          role: .evidence, predicateType: .receipt, root: root, pinnedRootKey: pinnedRootKey, at: time)
        try attestation.confirm(subjects: [subject(site: site, submission: submission)])
        return attestation
      } catch { throw .attestation(error) }
    }
    let receipt: Receipt
    let atIntake = try verified(at: time)
    do { receipt = try Receipt(parsing: atIntake.predicate) } catch { throw .predicate(error) }
    guard receipt.submission == submission, receipt.site.hasSameBytes(as: site) else {
      throw .otherSubmission
    }
    _ = try verified(at: receipt.admittedAt)
    return receipt
  }

  private static func subject(site: String, submission: Digest) -> Subject {
    Subject(name: SubmissionFiles.path(SubmissionFiles.packageName, site: site), digest: submission)
  }

  private init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    tenant = try object.required("tenant").identifier()
    site = try object.required("site").identifier()
    study = try object.required("study").identifier()
    round = try object.required("round").identifier()
    assignment = try object.required("assignment").identifier()
    sequence = try object.required("sequence").integer(in: 1...1_000_000)
    submission = try object.required("submission").digest()
    aggregate = try object.required("aggregate").digest()
    admittedAt = try object.required("admittedAt").time()
    auditSequence = try object.required("auditSequence").integer(in: 1...Int(JSONValue.maximumInteger))
    try object.finish()
  }

  private var json: JSONObject {
    [
      "tenant": .string(tenant), "site": .string(site), "study": .string(study), "round": .string(round),
      "assignment": .string(assignment), "sequence": .integer(Int64(sequence)),
      "submission": .string(submission.text), "aggregate": .string(aggregate.text),
      "admittedAt": .string(admittedAt.text), "auditSequence": .integer(Int64(auditSequence)),
    ]
  }
}

/// Why a receipt is not one for what was sent.
package enum ReceiptError: Error, Equatable {
  case attestation(AttestationError)
  case predicate(DocumentError)
  /// It says another digest or site than its own subject.
  case otherSubmission
}

extension ReceiptError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .attestation(let error): "receipt: \(error)"
    case .predicate(let error): "receipt: \(error)"
    case .otherSubmission: "the receipt is for another submission"
    }
  }

  /// What the site can do.
  package var remedy: String {
    switch self {
    case .attestation(let error): error.remedy
    case .predicate(let error): error.remedy
    case .otherSubmission: "send the submission again; if this stays, call the coordinator's administrator"
    }
  }
}
