package import CanonicalJSON
package import Cryptography
package import ServiceRuntime

/// The key and the certificate of the connection, and how they are replaced without a moment in which neither
/// pair is complete.
///
/// `tls/client.key` and `client.pem` are in use. A new key is made in `tls/next/`; its certificate is written
/// there last, which makes the pair complete. Then the old pair goes to `tls/previous/` and the new one takes
/// its place, the certificate last: as long as `next/client.pem` is there, the step is unfinished and is
/// finished by `recover`. The old pair is removed when the new one has been used once.
package struct ClientCredentials: Sendable {
  private let directory: AgentDirectory

  /// The credentials of an agent directory.
  package init(_ directory: AgentDirectory) { self.directory = directory }

  /// The private key in use.
  package var key: String { directory.tls + "/client.key" }
  /// The certificate in use, with its issuer after it.
  package var certificate: String { directory.tls + "/client.pem" }
  private var next: String { directory.tls + "/next" }
  private var previous: String { directory.tls + "/previous" }
  private var nextKey: String { next + "/client.key" }
  private var nextCertificate: String { next + "/client.pem" }

  /// Finishes what a crash interrupted. To be called before the files are used.
  package func recover() throws {
    guard isPresent(nextCertificate) else { return }
    try promote()
  }

  /// The certificate in use.
  ///
  /// - Throws: `AgentError.notJoined` when there is none.
  package func current() throws -> Certificate {
    try recover()
    let bytes: [UInt8]
    do { bytes = try readFile(certificate, maximumBytes: 65_536) } catch {
      if case .notFound = error { throw AgentError.notJoined }
      throw error
    }
    return try Certificate(pem: Self.firstBlock(of: bytes))
  }

  /// The key that a certificate is being asked for: the one that waits, or a new one.
  package func pendingKey() throws -> SigningKey {
    try KeyFile.makeFolder(directory.tls)
    try KeyFile.makeFolder(next)
    if isPresent(nextKey) { return try SigningKey(pem: KeyFile.read(nextKey)) }
    let key = try SigningKey()
    try KeyFile.write(key.pem(), to: nextKey)
    return key
  }

  /// Forgets a key for which no certificate came.
  package func dropPendingKey() throws(FileError) {
    guard !isPresent(nextCertificate) else { return }
    try removeIfPresent(nextKey)
  }

  /// Takes the certificate for the pending key; nothing is used yet.
  ///
  /// - Throws: `AgentError.answerDiffers` when it is not for that key or not issued by the issuer beside it.
  package func store(certificate der: [UInt8], issuer issuerDER: [UInt8]) throws {
    let certificate = try Certificate(der: der)
    let issuer = try Certificate(der: issuerDER)
    let key = try SigningKey(pem: KeyFile.read(nextKey))
    guard certificate.publicKey == key.verificationKey else { throw AgentError.answerDiffers("key") }
    try writeFileAtomically(certificate.pem + issuer.pem, to: nextCertificate, mode: 0o600)
  }

  /// Puts the new pair in the place of the old one.
  package func promote() throws(FileError) {
    // After the key has moved, what is in its place is the new one: nothing to put aside any more.
    if isPresent(nextKey) {
      if isPresent(key), isPresent(certificate) {
        try makeDirectory(previous, mode: 0o700)
        try writeFileAtomically(
          try readFile(certificate, maximumBytes: 65_536), to: previous + "/client.pem", mode: 0o600)
        try writeFileAtomically(
          try readFile(key, maximumBytes: 65_536), to: previous + "/client.key", mode: 0o600)
      }
      try move(nextKey, to: key)
      try syncFolder(directory.tls)
      faultPoint("client-key-moved")
    }
    try move(nextCertificate, to: certificate)
    try syncFolder(directory.tls)
    try syncFolder(next)
  }

  /// Whether an old pair is kept because the new one was never used.
  package var hasPrevious: Bool { isPresent(previous + "/client.key") }

  /// Removes the old pair: the new one has worked.
  package func confirm() throws(FileError) {
    // The key last: as long as it is there this is done again.
    try removeIfPresent(previous + "/client.pem")
    try removeIfPresent(previous + "/client.key")
  }

  /// Goes back to the old pair: the coordinator does not take the new one.
  package func rollBack() throws {
    guard hasPrevious, isPresent(previous + "/client.pem") else { return }
    try makeDirectory(next, mode: 0o700)
    try removeIfPresent(nextKey)
    try writeFileAtomically(KeyFile.read(previous + "/client.key"), to: nextKey, mode: 0o600)
    try writeFileAtomically(
      readFile(previous + "/client.pem", maximumBytes: 65_536), to: nextCertificate, mode: 0o600)
    try confirm()
    try promote()
    try confirm()
  }

  private static func firstBlock(of pem: [UInt8]) -> [UInt8] {
    let end = Array("-----END CERTIFICATE-----\n".utf8)
    guard
      let last = pem.indices.first(where: {
        $0 + end.count <= pem.count && pem[$0..<($0 + end.count)].elementsEqual(end)
      })
    else { return pem }
    return Array(pem[..<(last + end.count)])
  }
}

/// When a certificate is to be replaced.
package struct RenewalPlan: Sendable, Equatable {
  /// When to ask for a new one.
  package let renewAt: UTCTime
  /// When the current one ends.
  package let notAfter: UTCTime

  /// Half of the life is over, and a random part of a tenth of it: sites that joined together do not renew
  /// together.
  ///
  /// - Parameter random: uniform in 0..<1.
  package init(madeAt: UTCTime, notAfter: UTCTime, random: Double) throws(TimeError) {
    let life = max(0, notAfter.secondsSinceEpoch - madeAt.secondsSinceEpoch)
    let share = random.isFinite ? min(max(random, 0), 1) : 1
    let jitter = Int64(Double(life / 10) * share)
    renewAt = try UTCTime(secondsSinceEpoch: madeAt.secondsSinceEpoch + life / 2 + jitter)
    self.notAfter = notAfter
  }

  /// What an operator is to be told about the time that is left; nil as long as there is nothing to do.
  ///
  /// Seven days before the end, and one; of a short life, 40 % and 10 %, when its renewal is overdue.
  package static func warning(madeAt: UTCTime, notAfter: UTCTime, now: UTCTime) -> String? {
    let life = max(0, notAfter.secondsSinceEpoch - madeAt.secondsSinceEpoch)
    let left = notAfter.secondsSinceEpoch - now.secondsSinceEpoch
    if left < 0 { return "the certificate ended at \(notAfter)" }
    if left < min(86_400, life / 10) { return "the certificate ends at \(notAfter), in less than a day" }
    if left < min(7 * 86_400, life / 10 * 4) { return "the certificate ends at \(notAfter)" }
    return nil
  }
}
