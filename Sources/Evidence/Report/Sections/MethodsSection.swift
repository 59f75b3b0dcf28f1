import EvaluationProtocols

extension ReportPage {
  /// Which estimator made each kind of number, and where it is from.
  mutating func methodsSection() {
    let data = data
    section(id: "methods", "How the numbers were made") { html in
      html.paragraph(
        "Counts and sums of the hospitals are whole numbers and are added as such; protocols/merge.md has every formula. Four "
          + "things can be meant by one word, and are never mixed:")
      html.list([
        "The hospital's own rows: how the model did there.",
        "Pooled rows: all released rows as if of one hospital. Differences between hospitals are in it; for description.",
        "Within hospitals: patients are compared only with patients of the same hospital, and the comparisons are averaged.",
        "Mean over hospitals: the centre of the distribution of hospitals, with the prediction interval for one more.",
      ])
      html.table(
        "Estimators", class: "told", columns: ["Number", "How it is made", "Source"]
      ) { body in
        for method in data.methods { body.line(method.number, [method.estimator, method.source]) }
      }
    }
  }
}

/// One kind of number.
private struct Method {
  let number: String
  let estimator: String
  let source: String

  init(_ number: String, _ estimator: String, _ source: String) {
    self.number = number
    self.estimator = estimator
    self.source = source
  }
}

extension ReportData {
  fileprivate var methods: [Method] {
    var list = [
      Method(
        "Shares (sensitivity, PPV, …)", "Wilson score interval; exact interval below 40 rows",
        "Wilson 1927; Clopper and Pearson 1934; Newcombe 1998"),
      Method(
        "Several rows of a patient", "design effect from cluster sums; Wilson on the effective rows",
        "Rao and Scott 1992"),
      Method(
        "Net benefit, avoided interventions", "counts at the threshold; closed-form Wald interval",
        "Vickers and Elkin 2006"),
      Method(
        "AUROC of a hospital",
        "rank statistic with ties; DeLong variance, logit interval; Newcombe's method 5 at 0 and 1",
        "DeLong et al. 1988; Newcombe 2006"),
      Method(
        "AUROC within hospitals", "mean of hospitals' AUROC by their pairs; variances add",
        "DeLong et al. 1988"),
      Method(
        "AUROC of pooled rows", "limits that the released score intervals guarantee; no point",
        "pairs of intervals"),
      Method("Observed / expected", "interval on the logarithm, variance 1/O − 1/n", "Debray et al. 2017"),
      Method(
        "Calibration slope, intercept, in the large",
        "each hospital's own logistic fit on its rows; Wald interval",
        "Cox 1958; Van Calster et al. 2016"),
      Method(
        "Logistic calibration index", "mean distance of the scores from the fitted logistic curve; not loess",
        "after Austin and Steyerberg 2019"),
      Method(
        "Brier score and its terms", "from power sums; five terms, exact",
        "Brier 1950; Murphy 1973; Stephenson et al. 2008"),
      Method(
        "Calibration error", "over fixed bins; debiased square", "Bröcker 2012; Kumar et al. 2019"),
      Method("Spiegelhalter z", "from power sums; two-sided normal", "Spiegelhalter 1986"),
      Method(
        "Mean over hospitals",
        "REML τ²; Hartung–Knapp interval, the wider of two forms, K − 1 degrees of freedom",
        "Hartung and Knapp 2001; Röver et al. 2015"),
      Method("A new hospital", "prediction interval, K − 2 degrees of freedom", "Higgins et al. 2009"),
      Method(
        "τ² and I²", "Q-profile interval; I² by the typical variance and by Q",
        "Viechtbauer 2007; Higgins 2002"),
      Method(
        "Gaps", "difference with Newcombe's interval, ratio with Katz's; within hospitals by Mantel–Haenszel",
        "Newcombe 1998; Katz 1978; Sato 1989"),
      Method(
        "Missing outcomes", "limits without assumption; and missing at random given the flag",
        "Manski 1989; Begg and Greenes 1983"),
      Method(
        "Withheld counts", "least and most over all counts that disclosure control allows",
        "interval arithmetic"),
    ]
    if case .dated(_, let windows) = evaluationProtocol.windows, windows.count > 1 {
      list.append(
        Method(
          "Trends", "weighted regression on the number of the window, on the logit or logarithm",
          "Viechtbauer 2010"))
    }
    switch evaluationProtocol.analysis.multiplicity {
    case .holm?:
      list.append(Method("Adjusted p-values", "Holm, over the levels of an attribute", "Holm 1979"))
    case .benjaminiHochberg?:
      list.append(
        Method(
          "Adjusted p-values", "false discovery rate, over the levels of an attribute",
          "Benjamini and Hochberg 1995"))
    case nil: break
    }
    if evaluationProtocol.baseline != nil {
      list.append(
        Method(
          "Against the baseline",
          "paired counts; McNemar mid-p and exact; Newcombe's method 10, Tango's interval",
          "Fagerland et al. 2013; Newcombe 1998; Tango 1998"))
    }
    if !evaluationProtocol.drift.profiles.isEmpty {
      list.append(
        Method(
          "Drift", "stability index against its chance distribution; a verdict of three",
          "Yurdakul and Naranjo 2020"))
    }
    if evaluationProtocol.analysis.cusum != nil {
      list.append(
        Method(
          "CUSUM", "log-likelihood ratio of the stated odds ratio, summed a window", "Steiner et al. 2000"))
    }
    if evaluationProtocol.analysis.explanation != nil {
      list.append(
        Method(
          "What the score leans on",
          "exact Shapley values, of trees path-dependent; sums in steps, with bounds",
          "Lundberg et al. 2020"))
    }
    if evaluationProtocol.operations != nil {
      list.append(Method("Alerts per 100 rows", "Poisson limits from χ²", "Garwood 1936"))
    }
    return list
  }
}
