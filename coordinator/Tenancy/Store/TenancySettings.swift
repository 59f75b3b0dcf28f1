/// What an operator may set, with the defaults of `protocols/enrolment.md`. All in seconds.
package struct TenancySettings: Sendable, Equatable {
  /// How long an agent's certificate is valid.
  package var agentLifetime: Int64 = 7 * 86_400
  /// How long a person's certificate is valid.
  package var personLifetime: Int64 = 30 * 86_400

  /// What a configuration may say for either; tests use seconds.
  package static let lifetimes: ClosedRange<Int64> = 3600...30 * 86_400

  /// The longest that an invitation may live.
  package static let longestInvitation: Int64 = 86_400
  /// How many invitations of one site may live at a time.
  static let liveInvitations: Int64 = 3
  /// How many people's invitations of one tenant may live at a time.
  static let livePersonInvitations: Int64 = 50
  /// How many wrong secrets burn an invitation.
  static let wrongSecrets: Int64 = 5

  /// The defaults.
  package init() {}
}
