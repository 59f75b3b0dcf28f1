import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import ServiceRuntime

/// A round's status as lines for a terminal.
struct RoundText {
  private let status: RoundStatusDocument

  init(_ status: RoundStatusDocument) { self.status = status }

  func show(asJSON: Bool, on console: Console) {
    if asJSON { return console.print(json: status) }
    for line in lines { console.print(line) }
  }

  private var lines: [StyledText] {
    let answered = status.sites.count { $0.state == .accepted }
    var heading: StyledText =
      "round \(status.round, .bold) of \(status.study): \(status.phase.rawValue), \(status.kind.rawValue), "
    heading = heading + StyledText(status.state.rawValue, Self.style(of: status.state))
    var table = Table([("site", .left), ("state", .left), ("since", .left), ("submission", .left)])
    for site in status.sites {
      table.add([
        "\(site.site)", StyledText(Self.words(of: site), Self.style(of: site)), "\(site.since.text)",
        "\(site.submission.map { String($0.hex.prefix(16)) } ?? "–")",
      ])
    }
    let end: StyledText =
      status.endedAt.map { "ended \($0.text)" } ?? "open until \(status.deadline.text)"
    return [
      heading, "\(answered) of \(status.sites.count) sites answered, \(status.quorum) needed; \(end)",
    ] + table.lines
  }

  static func words(of site: SiteProgress) -> String {
    var words = site.state.rawValue
    if site.state == .expired { words = "not run" }
    if let refusal = site.refusal { words += " (\(refusal.rawValue))" }
    if site.conflicts > 0 { words += ", \(site.conflicts) conflicting" }
    return words
  }

  private static func style(of site: SiteProgress) -> TextStyle {
    if site.conflicts > 0 { return .red }
    switch site.state {
    case .accepted: return .green
    case .open: return .plain
    case .declined, .expired: return .yellow
    }
  }

  private static func style(of state: RoundState) -> TextStyle {
    switch state {
    case .open: .plain
    case .complete, .sealed: .green
    case .failed: .red
    }
  }
}

/// Tells a watcher what has changed, one line a change.
final class RoundWatcher {
  private let console: Console
  private var seen: [String: SiteProgress] = [:]

  init(_ console: Console) { self.console = console }

  func show(_ status: RoundStatusDocument) {
    for site in status.sites where seen[site.site] != site {
      seen[site.site] = site
      console.note("\(site.since.text)  \(site.site, .bold): \(RoundText.words(of: site))")
    }
  }
}
