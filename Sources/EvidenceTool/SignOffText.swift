import CanonicalJSON
import Cryptography
import Evidence
import Gates
import ServiceRuntime

extension StudyRecord {
  /// What was recorded with what was signed, in order.
  private var signed: [(fact: StudyFact.DecisionRecorded, content: GateDecision)] {
    history.events.compactMap { event in
      guard case .decisionRecorded(let fact) = event.fact, let content = decisions[event.sequence] else {
        return nil
      }
      return (fact, content)
    }
  }

  /// Who signed what, when, meaning what.
  var signOffLines: [StyledText] {
    var lines: [StyledText] = ["study: \(state.word, .bold), \(history.events.count) events"]
    for (fact, content) in signed {
      let place = fact.onBehalfOf.map { " in the place of \($0)" } ?? ""
      lines.append(
        "\(content.signedAt.text)  \(content.person, .bold), \(content.role), \(content.organisation)\(place)"
      )
      lines.append("    \(content.decision.rawValue): \(content.meaning)")
      lines += content.conditions.map { "    on the condition: \($0)" }
      lines += content.conflicts.map { "    conflict of interest: \($0)" }
      if let comment = content.comment { lines.append("    \(comment)") }
    }
    if signed.isEmpty { lines.append("nobody has signed") }
    return lines
  }

  /// The same as a document.
  var signOffs: JSONValue {
    .array(
      signed.map { fact, content in
        var object: JSONObject = [
          "person": .string(content.person), "role": .string(content.role),
          "organisation": .string(content.organisation), "gate": .string(content.gate.rawValue),
          "decision": .string(content.decision.rawValue), "meaning": .string(content.meaning),
          "signedAt": .string(content.signedAt.text), "validUntil": .string(content.validUntil.text),
          "conditions": .array(content.conditions.map { .string($0) }),
          "conflicts": .array(content.conflicts.map { .string($0) }), "key": .string(fact.key.text),
        ]
        object["onBehalfOf"] = fact.onBehalfOf.map(JSONValue.string)
        return .object(object)
      })
  }
}
