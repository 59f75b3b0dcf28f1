package import CanonicalJSON
package import Cryptography
internal import Synchronization

/// Somebody whose request may be looked at. Only the register makes one, after every check.
package struct AdmittedIdentity: Sendable, Hashable {
  /// The tenant.
  package let tenant: String
  /// Who in the tenant.
  package let principal: Principal
  /// What they may do.
  package let role: PrincipalRole
  /// The serial number of the certificate, in hexadecimal.
  package let serial: String
  /// The digest of the certificate's key.
  package let keyDigest: Digest
  /// When the certificate ends.
  package let notAfter: UTCTime
  /// Whether the store does not know yet that this certificate is in use. `TenantStore.recordFirstUse` tells
  /// it, and the certificate before it ends.
  package let isFirstUse: Bool

  /// The actor of the audit log.
  package var actor: String { principal.path }

  fileprivate init(_ entry: IdentityEntry, tenant: String) {
    self.tenant = tenant
    principal = entry.principal
    role = entry.role
    serial = entry.serial
    keyDigest = entry.key
    notAfter = entry.notAfter
    isFirstUse = !entry.isUsed
  }
}

/// A certificate that may be admitted, as its tenant's store has it.
struct IdentityEntry: Sendable, Equatable {
  let key: Digest
  let serial: String
  let principal: Principal
  let role: PrincipalRole
  let notBefore: UTCTime
  let notAfter: UTCTime
  let isUsed: Bool

  /// Whether a certificate is this entry's, under this tenant, at this time. Every check by itself; all must
  /// agree.
  ///
  /// `now` must be before `notAfter`: the last second of validity counts as past, as in libcrypto.
  func admits(_ leaf: Certificate, tenant: String, deployment: String, at now: UTCTime) -> Bool {
    isCurrent(at: now) && isOf(leaf, tenant: tenant, deployment: deployment)
  }

  /// The part of it that the clock decides.
  func isCurrent(at now: UTCTime) -> Bool { notBefore <= now && now < notAfter }

  /// The part of it that stays as it is for as long as the entry does.
  private func isOf(_ leaf: Certificate, tenant: String, deployment: String) -> Bool {
    guard leaf.uriNames.count == 1, !leaf.hasOtherNames, let name = SpiffeName(parsing: leaf.uriNames[0])
    else {
      return false
    }
    return name.tenant == tenant && name.deployment == deployment && name.principal == principal
      && leaf.publicKey.digest == key && leaf.serial == serial
      && !leaf.isAuthority && leaf.isOnlyForSignatures
      && leaf.extendedKeyUsages == [CertificateProfile.clientAuth]
      && leaf.notBefore == notBefore.secondsSinceEpoch && leaf.notAfter == notAfter.secondsSinceEpoch
  }
}

/// Who may speak, in memory: asked for every request, replaced by each tenant's one writer after its commit.
package final class IdentityRegister: Sendable {
  private struct Registered {
    let entry: IdentityEntry
    /// The certificate that has passed every check against the entry. A connection asks with the same object
    /// for each of its requests, and then only the clock has to be asked again.
    var proof: Certificate?
  }

  private struct State {
    /// Tenants by the digest of their authority's key.
    var anchors: [Digest: String] = [:]
    /// Every tenant's certificates by the digest of their key.
    var certificates: [String: [Digest: Registered]] = [:]
    /// Every key that was ever certified, and by which tenant.
    var owners: [Digest: String] = [:]
  }

  private let deployment: String
  private let state = Mutex(State())

  init(deployment: String) { self.deployment = deployment }

  /// The identity of a certificate, or nil when any check fails.
  ///
  /// - Parameters:
  ///   - leaf: the client's certificate.
  ///   - anchorKeyDigest: the digest of the key of the anchor at which the client's verified chain ended.
  ///   - now: the server's clock.
  package func admit(
    leaf: Certificate, anchorKeyDigest: Digest, at now: UTCTime
  ) -> AdmittedIdentity? {
    let key = leaf.publicKey.digest
    let found: (tenant: String, entry: IdentityEntry, isProven: Bool)? = state.withLock { state in
      guard let tenant = state.anchors[anchorKeyDigest], let found = state.certificates[tenant]?[key] else {
        return nil
      }
      return (tenant, found.entry, found.proof === leaf)
    }
    guard let (tenant, entry, isProven) = found else { return nil }
    if isProven {
      guard entry.isCurrent(at: now) else { return nil }
    } else {
      guard entry.admits(leaf, tenant: tenant, deployment: deployment, at: now) else { return nil }
      state.withLock { state in
        // Unless the tenant's writer was quicker and has another entry now.
        guard state.certificates[tenant]?[key]?.entry == entry else { return }
        state.certificates[tenant]?[key]?.proof = leaf
      }
    }
    return AdmittedIdentity(entry, tenant: tenant)
  }

  /// Whether somebody who was admitted would be again: after a long wait, a revocation counts.
  package func isAdmitted(_ identity: AdmittedIdentity, at now: UTCTime) -> Bool {
    let entry = state.withLock { $0.certificates[identity.tenant]?[identity.keyDigest]?.entry }
    return entry.map { $0.serial == identity.serial && now < $0.notAfter } ?? false
  }

  /// The name in a certificate under one of the tenants' authorities, whether or not it is admitted: whose
  /// audit log a refusal belongs to.
  package func name(in leaf: Certificate, anchorKeyDigest: Digest) -> SpiffeName? {
    guard let tenant = state.withLock({ $0.anchors[anchorKeyDigest] }), leaf.uriNames.count == 1,
      let name = SpiffeName(parsing: leaf.uriNames[0]), name.tenant == tenant, name.deployment == deployment
    else { return nil }
    return name
  }

  /// Makes a tenant's authority an anchor.
  func addAnchor(_ key: Digest, tenant: String) { state.withLock { $0.anchors[key] = tenant } }

  /// Replaces all certificates of a tenant.
  func publish(_ entries: [IdentityEntry], of tenant: String) {
    // Nothing is proven of the new ones yet.
    let byKey = Dictionary(
      entries.map { ($0.key, Registered(entry: $0)) }, uniquingKeysWith: { first, _ in first })
    state.withLock { $0.certificates[tenant] = byKey }
  }

  /// Notes that keys are a tenant's, when its store is opened.
  func note(keys: [Digest], of tenant: String) {
    state.withLock { state in
      for key in keys where state.owners[key] == nil { state.owners[key] = tenant }
    }
  }

  /// Gives a key to a tenant unless another one has it. No transaction spans two tenants' files, so this is
  /// where two of them meet.
  func claim(_ key: Digest, for tenant: String) -> Bool {
    state.withLock { state in
      guard let owner = state.owners[key] else {
        state.owners[key] = tenant
        return true
      }
      return owner == tenant
    }
  }
}
