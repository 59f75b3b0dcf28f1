import CanonicalJSON
package import Cryptography

/// What a version of a protocol amends, and why.
package struct Amendment: Sendable, Equatable {
  /// SHA-256 of the version before.
  package let previous: Digest
  package let reason: String
}

/// What an amendment does to the phase of a study.
package enum AmendmentEffect: Sendable, Equatable {
  /// What was shown no longer holds for what is now studied; the names say what changed.
  case returnsToSilent([String])
  case keepsPhase
}

extension EvaluationProtocol {
  /// What amending `previous` into this version does to the phase of the study.
  ///
  /// Another use, population, cohort, label, model or decision threshold is another study: what the silent
  /// phase showed says nothing of it. Another baseline, intersection, analysis or record of alerts asks more or
  /// less of the same model on the same people and keeps the phase. Texts are compared by bytes.
  package func amendmentEffect(from previous: EvaluationProtocol) -> AmendmentEffect {
    let changed =
      [
        ("intended use", study.intendedUse.hasSameBytes(as: previous.study.intendedUse)),
        ("target population", study.targetPopulation.hasSameBytes(as: previous.study.targetPopulation)),
        ("cohort", hasSameSection("cohort", as: previous)),
        ("label", hasSameSection("label", as: previous)),
      ].filter { !$0.1 }.map(\.0) + model.changes(from: previous.model)
    return changed.isEmpty ? .keepsPhase : .returnsToSilent(changed)
  }

  /// The top-level sections that differ from `previous`, sorted; `version` and `amendment`, which always
  /// do, are left out.
  package func changedSections(from previous: EvaluationProtocol) -> [String] {
    Set(sectionDigests.keys).union(previous.sectionDigests.keys)
      .subtracting(["version", "amendment"])
      .filter { !hasSameSection($0, as: previous) }
      .sorted()
  }

  private func hasSameSection(_ name: String, as other: EvaluationProtocol) -> Bool {
    sectionDigests[name] == other.sectionDigests[name]
  }
}

extension ModelReference {
  fileprivate func changes(from previous: ModelReference) -> [String] {
    let haveSameActions =
      thresholds.count == previous.thresholds.count
      && zip(thresholds, previous.thresholds).allSatisfy {
        $0.value == $1.value && $0.action.hasSameBytes(as: $1.action)
      }
    return [
      ("model id", id == previous.id), ("model version", version.hasSameBytes(as: previous.version)),
      ("model kind", kind == previous.kind), ("model artifact", artifact == previous.artifact),
      ("model features", features == previous.features),
      ("model output", output.hasSameBytes(as: previous.output)),
      ("score precision", scorePrecision == previous.scorePrecision), ("thresholds", haveSameActions),
    ].filter { !$0.1 }.map(\.0)
  }
}
