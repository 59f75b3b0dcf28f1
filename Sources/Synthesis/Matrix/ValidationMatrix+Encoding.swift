import CanonicalJSON
import Cryptography
import EvaluationProtocols

extension ValidationMatrix {
  /// The matrix as files: `pooled.json` and `sites/<id>.json`, each in canonical bytes.
  package func encode() -> [(path: String, bytes: [UInt8])] {
    [(path: "pooled.json", bytes: encodeCanonicalJSON(pooled.json(protocolDigest: protocolDigest.text)))]
      + sites.map { site in
        (
          path: "sites/\(site.site).json",
          bytes: encodeCanonicalJSON(site.json(protocolDigest: protocolDigest.text))
        )
      }
  }
}

extension SiteMatrix {
  fileprivate func json(protocolDigest: String) -> JSONValue {
    [
      "format": .string(SiteMatrix.format), "protocol": .string(protocolDigest), "site": .string(site),
      "role": .string(role.rawValue), "aggregate": .string(aggregateDigest.text),
      "minimumCell": .integer(Int64(minimumCell)), "dataClass": .string(dataClass),
      "rows": .array(rows.map(\.json)), "drift": .array(drift.map(\.json)),
    ]
  }
}

extension PooledMatrix {
  fileprivate func json(protocolDigest: String) -> JSONValue {
    [
      "format": .string(PooledMatrix.format), "protocol": .string(protocolDigest),
      "aggregates": .array(
        aggregates.map { ["site": .string($0.site), "digest": .string($0.digest.text)] }),
      "notRun": strings(notRun), "rows": .array(rows.map(\.json)),
    ]
  }
}

private func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

private func text(_ decimal: FixedDecimal) -> JSONValue { .string(decimal.text) }

extension MatrixRow {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "window": .string(window), "attribute": .string(slice.attribute), "level": .string(slice.level),
      "contributors": strings(contributors), "withheld": strings(withheld),
      "labelled": .integer(Int64(labelled)), "events": .integer(Int64(events)),
      "unlabelled": unlabelled.map { .integer(Int64($0)) } ?? ["status": "withheld"],
      "measures": .array(measures.map(\.json)),
    ]
    if !reliability.isEmpty { object["reliability"] = .array(reliability.map(\.json)) }
    if !decisionCurve.isEmpty { object["decisionCurve"] = .array(decisionCurve.map(\.json)) }
    return .object(object)
  }
}

extension Measure {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["metric": .string(metric.rawValue), "estimand": .string(estimand.rawValue)]
    if let threshold { object["threshold"] = .string(threshold.text) }
    if !omitted.isEmpty { object["omitted"] = strings(omitted) }
    switch result {
    case .estimated(let numbers): numbers.add(to: &object)
    case .bounded(let lower, let upper):
      object["status"] = "bounded"
      object["lower"] = text(lower)
      object["upper"] = text(upper)
    case .withheld: object["status"] = "withheld"
    case .notEvaluable(let reason):
      object["status"] = "notEvaluable"
      object["reason"] = .string(reason.rawValue)
    }
    return .object(object)
  }
}

extension MeasureNumbers {
  fileprivate func add(to object: inout JSONObject) {
    object["status"] = "estimated"
    object["value"] = text(value)
    object["method"] = .string(method)
    if let lower { object["lower"] = text(lower) }
    if let upper { object["upper"] = text(upper) }
    if let successes { object["successes"] = .integer(Int64(successes)) }
    if let trials { object["trials"] = .integer(Int64(trials)) }
    if let randomEffects { object["randomEffects"] = randomEffects.json }
  }
}

extension RandomEffectsNumbers {
  fileprivate var json: JSONValue {
    [
      "weights": .array(weights.map { ["site": .string($0.site), "weight": text($0.weight)] }),
      "tauSquared": text(tauSquared), "iSquared": text(iSquared), "q": text(q),
      "predictionLower": text(predictionLower), "predictionUpper": text(predictionUpper),
    ]
  }
}

extension ReliabilityBin {
  fileprivate var json: JSONValue {
    [
      "lower": .string(lower.text), "upper": .string(upper.text), "rows": .integer(Int64(rows)),
      "events": .integer(Int64(events)), "meanScore": text(meanScore), "observed": text(observed),
      "observedLower": text(observedLower), "observedUpper": text(observedUpper),
    ]
  }
}

extension DecisionPoint {
  fileprivate var json: JSONValue {
    ["threshold": .string(threshold.text), "netBenefit": text(netBenefit), "treatAll": text(treatAll)]
  }
}

extension DriftRow {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["window": .string(window), "profile": .string(profile)]
    switch result {
    case .compared(let index, let noise, let rows, let cells):
      object["status"] = "estimated"
      object["stabilityIndex"] = text(index)
      object["noise"] = text(noise)
      object["rows"] = .integer(Int64(rows))
      object["cells"] = .integer(Int64(cells))
    case .withheld: object["status"] = "withheld"
    case .notEvaluable: object["status"] = "notEvaluable"
    }
    if let missing {
      object["missing"] = [
        "share": text(missing.share), "reference": text(missing.reference),
        "difference": text(missing.difference), "lower": text(missing.lower), "upper": text(missing.upper),
      ]
    }
    return .object(object)
  }
}
