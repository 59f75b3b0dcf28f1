import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Synthesis

/// A change that a plot over time marks with its number.
struct ChangeMark {
  let number: Int
  let time: UTCTime
  /// `nil` where it is about the study.
  let site: String?
  let text: String
}

extension ReportData {
  /// Most changes that are marked in plots.
  private static let markLimit = 20

  /// Versions of the protocol, releases of the model and of datasets, and what people wrote down, in order of time.
  var changeMarks: [ChangeMark] {
    guard let study = record.study else { return [] }
    var found: [(time: UTCTime, site: String?, text: String)] = []
    var model: Digest?
    for event in study.history.events {
      guard case .protocolPublished(let fact) = event.fact else { continue }
      if fact.version > 1 {
        let another = model.map { $0 != fact.model } ?? false ? ", with another model release" : ""
        found.append((event.time, nil, "protocol version \(fact.version)\(another)"))
      }
      model = fact.model
    }
    var datasets: [String: Digest] = [:]
    for placed in study.state.evidences {
      for site in placed.fact.sites {
        if let before = datasets[site.site], before != site.dataset {
          found.append((site.extractedAt, site.site, "another dataset release, \(site.datasetName)"))
        }
        datasets[site.site] = site.dataset
      }
    }
    for placed in study.state.changes {
      found.append((placed.fact.at, placed.fact.site, "\(placed.fact.change.words): \(placed.fact.text)"))
    }
    // A stable order: by time, equals as they came.
    let sorted = found.enumerated().sorted {
      ($0.element.time.secondsSinceEpoch, $0.offset) < ($1.element.time.secondsSinceEpoch, $1.offset)
    }.map(\.element)
    return sorted.suffix(ReportData.markLimit).enumerated().map { index, change in
      ChangeMark(number: index + 1, time: change.time, site: change.site, text: change.text)
    }
  }

  /// Where a time stands on an axis of windows of equal width; `nil` before the first and after the last.
  func place(of time: UTCTime) -> Double? {
    guard case .dated(_, let windows) = evaluationProtocol.windows, let first = windows.first,
      let last = windows.last, first.start <= time, time < last.end
    else { return nil }
    for (index, window) in windows.enumerated() where time < window.end {
      guard window.start <= time else { return Double(index) }
      let length = Double(window.end.secondsSinceEpoch - window.start.secondsSinceEpoch)
      let since = Double(time.secondsSinceEpoch - window.start.secondsSinceEpoch)
      return Double(index) + (length > 0 ? since / length : 0)
    }
    return nil
  }

  /// What the numbers in the plots stand for.
  func writeMarks(_ marks: [ChangeMark], to html: inout HTMLWriter) {
    guard !marks.isEmpty else { return }
    html.paragraph("Numbered upright lines are changes:")
    html.list(
      marks.map { mark in
        let outside = place(of: mark.time) == nil ? " (outside the windows)" : ""
        let site = mark.site.map { "\(name(ofSite: $0)): " } ?? ""
        return "\(mark.number): \(ReportNumbers.time(mark.time))\(outside), \(site)\(mark.text)"
      })
  }
}
