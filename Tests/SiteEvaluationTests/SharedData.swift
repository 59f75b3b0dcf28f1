import Foundation
import TestSupport

/// Public multi-site data with the scores that the models' own libraries gave. It is large and lies beside
/// the repository; tests that need it are skipped without it.
enum SharedData {
  static let folder =
    ProcessInfo.processInfo.environment["EQUIPOISE_SHARED_DATA"] ?? Repository.path("../shared/data")

  static let isThere: Bool = {
    let isThere = FileManager.default.isReadableFile(atPath: folder + "/SHA256SUMS")
    if !isThere { print("skipped: no data at \(folder); EQUIPOISE_SHARED_DATA may name another folder") }
    return isThere
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
  }
}

/// What scikit-learn computed for one model at one site.
struct SharedMetrics {
  private let values: [String: Any]

  init?(set: String, model: String, site: String) throws {
    var object = try JSONSerialization.jsonObject(
      with: Data(SharedData.bytes("\(set)/expected/metrics.json")))
    for key in ["models", model, "site", site] {
      guard let inner = (object as? [String: Any])?[key] else { return nil }
      object = inner
    }
    guard let values = object as? [String: Any] else { return nil }
    self.values = values
  }

  /// A number by name; not-a-number where there is none, which no comparison holds for.
  func number(_ name: String) -> Double { (values[name] as? NSNumber)?.doubleValue ?? .nan }

  /// A count at a threshold.
  func count(_ name: String, at threshold: String) -> Int {
    ((values["at_" + threshold] as? [String: Any])?[name] as? NSNumber)?.intValue ?? -1
  }
}
