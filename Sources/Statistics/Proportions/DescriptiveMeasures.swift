/// The F1 score 2TP / (2TP + FP + FN): descriptive only, for it ignores the true negatives and is not proper.
///
/// Shape: a table in, a number in 0...1 out.
///
/// - Throws: `StatisticsError.noTrials` where no row is flagged or positive; `.countExceedsTrials` for a
///   negative count; `.invalidArgument` for more than `maximumRowCount` rows.
/// - Source: van Rijsbergen (1979), Information Retrieval, chapter 7; Van Calster et al. (2025), Lancet
///   Digit. Health, on why no gate may rest on it.
package func f1Score(_ table: ConfusionTable) throws(StatisticsError) -> Double {
  let margins = try table.margins()
  let denominator = margins.positives + margins.flagged
  guard denominator > 0 else { throw .noTrials }
  return Double(2 * table.truePositives) / Double(denominator)
}

/// Youden's index: sensitivity + specificity − 1.
///
/// Shape: a table in, a number in −1...1 out. It is the difference of the flag rates of two disjoint classes,
/// so its interval is `newcombeDifference` of TP out of P and FP out of N.
///
/// - Throws: `StatisticsError.noEvents` when a class is empty; otherwise as `f1Score`.
/// - Source: Youden (1950), Cancer 3, 32–35.
package func youdenIndex(_ table: ConfusionTable) throws(StatisticsError) -> Double {
  let margins = try table.margins()
  guard margins.positives > 0, margins.negatives > 0 else { throw .noEvents }
  // TP·TN − FP·FN as an integer: the two terms can nearly cancel.
  let determinant =
    Int128(table.truePositives) * Int128(table.trueNegatives)
    - Int128(table.falsePositives) * Int128(table.falseNegatives)
  return Double(determinant) / (Double(margins.positives) * Double(margins.negatives))
}

/// The number needed to evaluate: flagged rows to look at for each true positive, 1 / PPV.
///
/// Shape: a table in, a number ≥ 1 out. Its interval is that of the PPV, inverted and with the ends swapped.
///
/// - Throws: `StatisticsError.noTrials` where no row is flagged; `.noEvents` where no flagged row is
///   positive; otherwise as `f1Score`.
/// - Source: Romero-Brufau et al. (2015), Crit. Care 19, 285.
package func numberNeededToEvaluate(_ table: ConfusionTable) throws(StatisticsError) -> Double {
  let flagged = try table.margins().flagged
  guard flagged > 0 else { throw .noTrials }
  guard table.truePositives > 0 else { throw .noEvents }
  return Double(flagged) / Double(table.truePositives)
}
