package import CanonicalJSON

/// What one check found, as data: for people, for `--json` and for monitoring.
package struct Finding: Sendable, Equatable {
  /// How it went.
  package enum Outcome: String, CaseIterable, Sendable {
    case ok
    case warning
    case failed
    /// Not looked at, because an earlier check failed.
    case skipped
  }

  /// Which check: a closed list, in the order in which they are made.
  package enum Check: String, CaseIterable, Sendable {
    case configuration
    case directory
    case keyFiles = "key-files"
    case store
    case diskSpace = "disk-space"
    case certificate
    case clock
    case name
    case proxy
    case connection
    case tls
    case coordinator
    case egressLog = "egress-log"
    case data
    case protocols
    case pause
  }

  package let check: Check
  package let outcome: Outcome
  /// What was found.
  package let detail: String
  /// What to do; empty when there is nothing to do.
  package let remedy: String

  /// A finding.
  package init(_ check: Check, _ outcome: Outcome, _ detail: String, remedy: String = "") {
    self.check = check
    self.outcome = outcome
    self.detail = detail
    self.remedy = remedy
  }

  /// The finding as an object.
  package var json: JSONValue {
    [
      "check": .string(check.rawValue), "outcome": .string(outcome.rawValue), "detail": .string(detail),
      "remedy": .string(remedy),
    ]
  }
}

/// How far the way to the coordinator is open.
package enum ProbeResult: Sendable, Equatable {
  /// The coordinator answered; how it sees this agent and what its clock said.
  case answered(role: String, tenant: String, evidenceRoot: String, time: UTCTime, notAfter: UTCTime)
  /// It ended at a stage; those before it are fine, those after were not reached.
  case failed(at: Finding.Check, detail: String, remedy: String)
}

/// Looks at the network; the daemon does it with its own connection, tests make results up.
package protocol NetworkProbe: Sendable {
  /// Tries name, proxy, connection, TLS and the coordinator's answer, in this order.
  func probe() async -> ProbeResult
}
