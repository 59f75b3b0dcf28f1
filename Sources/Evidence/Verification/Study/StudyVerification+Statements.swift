import Attestations
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants

extension StudyVerification {
  /// Checks the signature of each statement: by the coordinator, by the site that it names, or by a reviewer.
  mutating func readStatements() {
    for event in history.events {
      guard problems.count < Self.mostProblems else { return }
      guard let statement = event.fact.statement, let bytes = files.statements[event.sequence] else {
        continue
      }
      let found: Digest?
      switch event.fact {
      case .consentRecorded(let fact):
        signed.consents[event.sequence] = site(fact.site, bytes, event)
        found = signed.consents[event.sequence]?.signedDigest
      case .acknowledged(let fact):
        signed.acknowledgements[event.sequence] = site(fact.site, bytes, event)
        found = signed.acknowledgements[event.sequence]?.signedDigest
      case .wordGiven(let fact) where fact.word == .grant:
        signed.grants[event.sequence] = coordinator(bytes, event)
        found = signed.grants[event.sequence]?.signedDigest
      case .wordGiven:
        signed.orders[event.sequence] = coordinator(bytes, event)
        found = signed.orders[event.sequence]?.signedDigest
      case .decisionRecorded(let fact):
        signed.decisions[event.sequence] = reviewer(event, candidates: [fact.key]) {
          root throws(SignOffRefusal) in
          try VerifiedDecision.verify(bytes, root: root)
        }
        found = signed.decisions[event.sequence]?.signedDigest
      case .delegationRecorded(let fact):
        signed.delegations[event.sequence] = reviewer(event, candidates: keys(of: fact.person)) {
          root throws(SignOffRefusal) in try VerifiedDelegation.verify(bytes, root: root)
        }
        found = signed.delegations[event.sequence]?.signedDigest
      default: continue
      }
      // Without a digest the reason has been said.
      if let found, found != statement { differs(event, "is not the statement that the event recorded") }
    }
  }

  /// A problem between a statement and its event.
  mutating func differs(_ event: StudyEvent, _ message: String) {
    add(rule: "statementDiffers", file: BundlePath.statement(event.sequence), message)
  }

  /// The keys that any version of the protocol gives a person; they say which root to try first.
  private func keys(of person: String) -> [Digest] {
    let entries = protocols.values.flatMap { $0.phases.flatMap(\.signOffs) }
    return Set(entries.filter { $0.person == person }.compactMap(\.fingerprint)).sorted()
  }

  private mutating func coordinator<Content: SignedWord>(
    _ bytes: [UInt8], _ event: StudyEvent
  ) -> VerifiedWord<Content>? {
    do throws(GrantError) {
      return try Content.verify(
        bytes, root: coordinatorRoot,
        pinnedRootKey: trust?.rootKey(of: .evidence) ?? coordinatorRoot.publicKey.digest, at: event.time)
    } catch {
      refuse(event, error)
      return nil
    }
  }

  /// A statement by a site: under its pinned key, or the key under which it signs everything else in the bundle.
  private mutating func site<Content: SignedWord>(
    _ site: String, _ bytes: [UInt8], _ event: StudyEvent
  ) -> VerifiedWord<Content>? {
    let pinned = (try? SignerRole(site: site)).flatMap { trust?.rootKey(of: $0) }
    let expected = pinned ?? siteKeys[site]
    var refusal: GrantError?
    for root in roots(first: expected.map { [$0] } ?? []) {
      let key = root.publicKey.digest
      do throws(GrantError) {
        let word = try Content.verify(bytes, root: root, pinnedRootKey: key, at: event.time)
        guard word.content.site == site else { throw .otherSite }
        usedSigners.insert(key)
        if let expected, key != expected {
          add(
            .signature, rule: pinned == nil ? "oneSiteTwoKeys" : "rootNotPinned",
            file: BundlePath.statement(event.sequence),
            pinned == nil
              ? "site \(site) signs under another root here than elsewhere in the bundle"
              : "site \(site) signs under another root than the trust file pins",
            "ask the hospital for its fingerprint; a bundle with another one is not by it")
          return nil
        }
        if siteKeys[site] == nil {
          siteKeys[site] = key
          if pinned == nil { unknownSites.insert(site) }
        }
        return word
      } catch {
        // The first root is the one that ought to fit; what it said is what is wrong.
        if refusal == nil { refusal = error }
      }
    }
    if let refusal { refuse(event, refusal) } else { noRoot(event) }
    return nil
  }

  private mutating func reviewer<Statement>(
    _ event: StudyEvent, candidates: [Digest], _ verify: (Certificate) throws(SignOffRefusal) -> Statement
  ) -> Statement? {
    var refusal: SignOffRefusal?
    for root in roots(first: candidates) {
      do throws(SignOffRefusal) {
        let statement = try verify(root)
        usedSigners.insert(root.publicKey.digest)
        return statement
      } catch {
        if refusal == nil { refusal = error }
      }
    }
    if let refusal {
      let isSignature = if case .signature = refusal { true } else { false }
      add(
        isSignature ? .signature : .refused, rule: refusal.rule, file: BundlePath.statement(event.sequence),
        refusal.description, refusal.remedy)
    } else {
      noRoot(event)
    }
    return nil
  }

  /// All roots, those that ought to fit first.
  private func roots(first keys: [Digest]) -> [Certificate] {
    keys.compactMap { signers[$0] }
      + signers.filter { !keys.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
  }

  private mutating func noRoot(_ event: StudyEvent) {
    add(
      rule: "missingFile", file: BundlePath.signersFolder,
      "has no root certificate for the signer of event \(event.sequence)", BundleVerification.askAgain)
  }

  private mutating func refuse(_ event: StudyEvent, _ error: GrantError) {
    let isSignature = if case .signature = error { true } else { false }
    add(
      isSignature ? .signature : .refused, rule: error.rule, file: BundlePath.statement(event.sequence),
      error.description, error.remedy)
  }
}
