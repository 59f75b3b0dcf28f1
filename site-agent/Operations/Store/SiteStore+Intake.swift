package import CanonicalJSON
package import Cryptography
package import SiteEvaluation
import Storage

/// What was seen when a dataset was registered.
package struct DatasetIntake: Sendable, Equatable {
  package let profile: DatasetProfile
  package let report: IntakeReport

  /// What one reading of the files gave.
  init(_ inspection: DatasetInspection) {
    profile = inspection.profile
    report = IntakeReport(inspection.findings)
  }

  fileprivate init(profile: [UInt8], report: [UInt8]) throws {
    self.profile = try DatasetProfile(parsing: profile)
    self.report = try IntakeReport(parsing: report)
  }
}

extension SiteStore {
  /// What was seen of a release.
  ///
  /// - Throws: `AgentError.unknownDataset`.
  package func intake(of release: Digest) throws -> DatasetIntake {
    let found = try database.first(
      "SELECT profile, report FROM dataset_profiles WHERE release_digest = ?1", [.digest(release)]
    ) { row throws(StorageError) in (try row.blob(0), try row.blob(1)) }
    guard let (profile, report) = found else { throw AgentError.unknownDataset(release.text) }
    return try DatasetIntake(profile: profile, report: report)
  }

  /// Inside a transaction.
  func insert(_ intake: DatasetIntake, of release: Digest) throws(StorageError) {
    try database.run(
      "INSERT OR REPLACE INTO dataset_profiles (release_digest, profile, report) VALUES (?1, ?2, ?3)",
      [.digest(release), .blob(intake.profile.encode()), .blob(intake.report.encode())])
  }

  /// Keeps what was found before an evaluation; the last one counts.
  func record(
    _ report: IntakeReport, under evaluationProtocol: Digest, release: Digest, at now: UTCTime
  ) throws {
    try database.run(
      """
      INSERT OR REPLACE INTO intake_reports (protocol, release_digest, report, made_at)
      VALUES (?1, ?2, ?3, ?4)
      """, [.digest(evaluationProtocol), .digest(release), .blob(report.encode()), .time(now)])
  }

  /// What was found before evaluations of a release, by protocol, newest first.
  package func intakeReports(
    of release: Digest
  ) throws -> [(evaluationProtocol: Digest, report: IntakeReport, madeAt: UTCTime)] {
    let rows = try database.rows(
      """
      SELECT protocol, report, made_at FROM intake_reports WHERE release_digest = ?1
      ORDER BY made_at DESC, protocol
      """, [.digest(release)]
    ) { row throws(StorageError) in (try row.digest(0), try row.blob(1), try row.time(2)) }
    return try rows.map { ($0.0, try IntakeReport(parsing: $0.1), $0.2) }
  }
}
