import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import ServiceRuntime
import SiteOperations

// How `status` shows the studies.
extension [StandingOverview] {
  var tableLines: [StyledText] {
    guard !isEmpty else { return [] }
    var table = Table([
      ("study", .left), ("shown", .left), ("phase", .left), ("grant until", .left), ("consent", .left),
      ("newest word", .left), ("switch", .left),
    ])
    for overview in self {
      table.add([
        StyledText(overview.standing.study), overview.shown, StyledText(overview.phaseText),
        StyledText(overview.grantEnd?.text ?? "–"), StyledText(overview.consentText),
        StyledText(overview.newestText), StyledText(overview.switchText),
      ])
    }
    var lines: [StyledText] = [""] + table.lines
    for overview in self {
      let study = overview.standing.study
      if case .refused(let why) = overview.exposure {
        lines.append("\(study): not shown: \(why.description)")
      }
      if case .stopOrder(let order) = overview.word {
        lines.append("\(study): \(order.kind.rawValue): \(order.reason); instead: \(order.fallback)")
      }
      if let disabling = overview.disabling, disabling.isDisabled {
        lines.append(
          "\(study): switched off by \(disabling.person) at \(disabling.changedAt.text): \(disabling.reason)")
      }
      lines += overview.remarks.map { "\(study): \($0)" }
    }
    return lines
  }
}

extension StandingOverview {
  fileprivate var shown: StyledText {
    if case .permitted = exposure { return "\("yes", .green)" }
    return "no"
  }

  fileprivate var grant: PhaseGrant? {
    if case .grant(let grant) = word { return grant }
    return nil
  }

  fileprivate var grantEnd: UTCTime? { grant?.expiresAt }

  fileprivate var phaseText: String {
    switch word {
    case .grant(let grant): grant.phase.rawValue
    case .stopOrder(let order): order.kind.pastText
    case nil: "–"
    }
  }

  fileprivate var consentText: String {
    guard let consent else { return "none given" }
    let text = consent.phase?.rawValue ?? "?"
    return consent.state == .recorded ? text : "\(text) (\(consent.state.rawValue))"
  }

  fileprivate var newestText: String {
    guard let newest else { return "–" }
    let drill = newest.isDrill ? " (drill)" : ""
    return "\(newest.sequence) \(newest.kind == .grant ? "grant" : "stop order")\(drill)"
  }

  fileprivate var switchText: String { disabling?.isDisabled == true ? "off" : "on" }

  var json: JSONValue {
    var object: JSONObject = [
      "study": .string(standing.study), "protocol": .string(standing.evaluationProtocol.text),
      "version": .integer(Int64(standing.version)), "isListed": .boolean(standing.isListed),
      "remarks": .array(remarks.map(JSONValue.string)),
    ]
    switch exposure {
    case .permitted(let phase, let until):
      object["exposure"] = [
        "mayShow": true, "phase": .string(phase.rawValue), "until": .string(until.text),
      ]
    case .refused(let why):
      object["exposure"] = ["mayShow": false, "reason": .string(why.rawValue)]
    }
    if let grant {
      object["grant"] = [
        "phase": .string(grant.phase.rawValue), "issuedAt": .string(grant.issuedAt.text),
        "expiresAt": .string(grant.expiresAt.text), "sequence": .integer(Int64(grant.sequence)),
      ]
    }
    if case .stopOrder(let order) = word {
      var json: JSONObject = [
        "kind": .string(order.kind.rawValue), "reason": .string(order.reason),
        "fallback": .string(order.fallback), "sequence": .integer(Int64(order.sequence)),
      ]
      json["incident"] = order.incident.map(JSONValue.string)
      object["stopOrder"] = .object(json)
    }
    if let newest {
      object["newestWord"] = [
        "sequence": .integer(Int64(newest.sequence)), "kind": .string(newest.kind.rawValue),
        "isDrill": .boolean(newest.isDrill), "receivedAt": .string(newest.receivedAt.text),
      ]
    }
    if let consent {
      object["consent"] = [
        "phase": .string(consent.phase?.rawValue ?? ""), "sequence": .integer(Int64(consent.sequence)),
        "protocol": .string(consent.evaluationProtocol.text), "state": .string(consent.state.rawValue),
      ]
    }
    if let disabling {
      object["switch"] = [
        "isDisabled": .boolean(disabling.isDisabled), "person": .string(disabling.person),
        "reason": .string(disabling.reason), "changedAt": .string(disabling.changedAt.text),
      ]
    }
    return .object(object)
  }
}

extension StopOrder.Kind {
  fileprivate var pastText: String {
    switch self {
    case .hold: "held"
    case .stop: "stopped"
    case .lower: "lowered"
    }
  }
}
