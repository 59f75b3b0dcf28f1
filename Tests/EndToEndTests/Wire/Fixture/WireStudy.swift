import Foundation

/// A study's status as `coordinator gate status` tells it.
struct WireStudy {
  let fields: [String: Any]

  var state: String { fields["state"] as? String ?? "" }
  /// The codes of what the next move lacks.
  var unmet: [String] { rows("unmet").map { $0["code"] as? String ?? "" } }
  var events: Int { (fields["history"] as? [String: Any])?["sequence"] as? Int ?? 0 }
  var incidents: [[String: Any]] { rows("incidents") }

  private func rows(_ name: String) -> [[String: Any]] { fields[name] as? [[String: Any]] ?? [] }

  private func site(_ name: String) -> [String: Any] {
    rows("sites").first { $0["site"] as? String == name } ?? [:]
  }

  func consent(of name: String) -> String { site(name)["consent"] as? String ?? "" }
  func phase(of name: String) -> String? { site(name)["phase"] as? String }
  func word(of name: String) -> String? { site(name)["word"] as? String }
  func hasAcknowledged(_ name: String) -> Bool { site(name)["acknowledged"] as? Bool == true }
  func isDisabled(_ name: String) -> Bool { site(name)["disabled"] as? Bool == true }

  /// Where the signature of a role stands.
  func standing(of role: String) -> String {
    rows("signOffs").first { $0["role"] as? String == role }?["standing"] as? String ?? ""
  }
}

extension WireDeployment {
  /// Where a study stands.
  func study(_ name: String = study) throws -> WireStudy {
    WireStudy(
      fields: try json(coordinator("gate", "status", "--profile", vendor, "--study", name, "--json")))
  }

  /// A person of the site approves the protocol, as soon as the site knows it; its daemon tells how far it consents.
  func approve(
    at site: String, study: String = study, phase: String = "silent", release: String = "automatic"
  ) throws {
    var last: Outcome?
    do {
      try eventually("the protocol at \(site)") {
        last = try Programs.run(
          "site-agent",
          [
            "protocol", "approve", study, "--directory", agent(site), "--name", "test", "--reason", "test",
            "--release", release, "--phase", phase,
          ])
        return last?.code == 0
      }
    } catch { throw WireError("\(error): \(last.map { $0.output + $0.errors } ?? "")") }
  }

  /// Opens a study once the coordinator has the consents of all its sites.
  func openStudy(_ name: String = study, sites: [String] = sites) throws {
    try eventually("the consents") {
      let now = try study(name)
      return sites.allSatisfy { now.consent(of: $0) != "none" }
    }
    try coordinator("gate", "advance", "--profile", vendor, "--study", name, "--to", "silent")
  }

  /// Waits until every site has acknowledged its newest word.
  func awaitAcknowledgements(_ name: String = study) throws {
    try eventually("the acknowledgements") {
      let now = try study(name)
      return WireDeployment.sites.allSatisfy(now.hasAcknowledged)
    }
  }
}
