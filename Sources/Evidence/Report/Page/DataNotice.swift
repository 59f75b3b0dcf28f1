/// What has to be said on every section when the rows are not those of the hospitals' own patients.
struct DataNotice {
  /// Two or three words for a heading's tag.
  let tag: String
  /// The whole sentence.
  let sentence: String

  /// `nil` when all sites that sent something declare clinical data.
  init?(_ data: ReportData) {
    let declared = data.sites.compactMap { site in site.dataClass.map { (site: site.name, dataClass: $0) } }
    let other = declared.filter { $0.dataClass != "clinical" }
    guard !other.isEmpty else { return nil }
    let classes = Set(other.map(\.dataClass))
    let isWhole = other.count == declared.count
    switch (isWhole, classes) {
    case (true, ["synthetic"]):
      tag = "synthetic data"
      sentence =
        "Synthetic data: a program made every row behind this page. The numbers show how the method works; "
        + "they say nothing about how the model does on patients."
    case (true, ["public"]):
      tag = "public data"
      sentence =
        "Public data: the rows behind this page were published before the study. They are not the current "
        + "patients of the hospitals named here, and anybody may have seen them when the model was built."
    default:
      tag = isWhole ? "not clinical data" : "partly not clinical data"
      sentence =
        "Not all rows behind this page are of hospitals' own patients: "
        + other.map { "\($0.site) (\($0.dataClass))" }.joined(separator: ", ") + "."
    }
  }
}
