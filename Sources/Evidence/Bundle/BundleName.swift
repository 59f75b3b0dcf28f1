internal import Cryptography
internal import EvaluationProtocols

extension BundleDocument {
  /// `<study>_<gate>_<sequence>_<first 12 hex of the manifest digest>.evb.zip`
  func fileName(manifest: [UInt8]) -> String {
    "\(study)_\(phase.rawValue)_\(sequence)_\(Digest(of: manifest).hex.prefix(12)).evb.zip"
  }
}

/// The name that a bundle was sealed under, from what is in it. Nothing is verified.
///
/// - Throws: `ZipError`; `JSONError` or `DocumentError` when the bundle does not say what it is about.
package func bundleFileName(_ bytes: [UInt8]) throws -> String {
  let entries = try readZip(bytes)
  func content(_ name: String) -> [UInt8] { entries.first { $0.name == name }.map { Array($0.bytes) } ?? [] }
  return try BundleDocument.parse(content(BundlePath.bundle)).fileName(
    manifest: content(BundlePath.manifest))
}
