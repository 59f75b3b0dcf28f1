package import Gates

/// The part of a bundle that is about the study, as files: what a coordinator kept of its history.
package struct StudyFiles: Sendable {
  package let tenant: String
  /// The round that is sealed; the history holds its evidence.
  package let round: String
  package let history: StudyHistory
  /// The canonical bytes of every version in the history; the version of the bundle's own protocol may be left out.
  package let protocols: [Int: [UInt8]]
  /// What was signed, by the number of the event that recorded it.
  package let statements: [Int: [UInt8]]
  /// Root certificates in PEM, of every site and reviewer who signed one of the statements.
  package let signers: [[UInt8]]

  /// Files as they are; everything in them is checked by `seal` and by `verifyBundle`.
  package init(
    tenant: String, round: String, history: StudyHistory, protocols: [Int: [UInt8]],
    statements: [Int: [UInt8]], signers: [[UInt8]]
  ) {
    self.tenant = tenant
    self.round = round
    self.history = history
    self.protocols = protocols
    self.statements = statements
    self.signers = signers
  }
}
