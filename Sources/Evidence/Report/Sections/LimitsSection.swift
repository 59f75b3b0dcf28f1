import EvaluationProtocols

extension ReportPage {
  /// What this page does not show.
  mutating func limitsSection() {
    let silent = data.silentSites(.overall)
    section(id: "limits", "What this does not show") { html in
      html.paragraph(
        "The evidence shows who signed which numbers under which protocol, and that none were changed since; the "
          + "verifier checks that, this page does not. It does not show:")
      html.list([
        "that a hospital's data or its labels are right. A hospital could sign wrong numbers; impossible counts and "
          + "copies are checked, honest measurement cannot be proved",
        "that the model is safe, fair or useful at a hospital that did not take part",
        "that any regulation is met",
        "that groups which are withheld, or too small to be judged, are served well. What is withheld is not missing "
          + "at random: it is withheld because it is small",
        "when anything was signed or sealed. Times on this page are what a clock of the signer said",
        "that other studies of this model, or earlier attempts at this one, did not exist",
      ])
      html.paragraph(
        "Intervals are 95 % each, without correction for how many there are: of twenty such intervals one is expected "
          + "to miss. Prediction intervals from few hospitals are too short.")
      if !silent.isEmpty {
        html.paragraph("Without a result in this study: \(silent.joined(separator: ", ")).")
      }
    }
  }
}
