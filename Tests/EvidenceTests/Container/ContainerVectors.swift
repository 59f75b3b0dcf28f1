import Evidence
import TestSupport
import Testing

/// One file of `protocols/vectors/container`, made by `make.py` there, not by our writer.
struct ContainerVector: CustomTestStringConvertible, Sendable {
  let name: String
  let bytes: [UInt8]

  var testDescription: String { name }

  /// The rule a reject vector is named after: the stem up to a `--` that starts a variant.
  var rule: ZipRule? {
    let stem = name.split(separator: "--", maxSplits: 1).first ?? ""
    return ZipRule(rawValue: String(stem))
  }

  static let accepted = all(in: "accept")
  static let rejected = all(in: "reject")

  private static func all(in folder: String) -> [ContainerVector] {
    let path = Repository.path("protocols/vectors/container/\(folder)")
    let names = (try? folderNames(path)) ?? []
    return names.compactMap { name in
      guard let content = try? fileBytes("\(path)/\(name)") else { return nil }
      return ContainerVector(name: String(name.dropLast(4)), bytes: content)
    }
  }
}

/// A container small enough to try every byte of it.
let smallContainer: [(name: String, bytes: [UInt8])] = [
  (ZipMimetype.name, ZipMimetype.bytes),
  ("bundle.json", Array(#"{"format":"evidence-bundle/0"}"#.utf8)),
  ("sites/north/aggregate.json", Array("{}".utf8)),
]

/// Whether `readZip` refuses the bytes; any return is an acceptance.
func refusal(of bytes: [UInt8], limits: ZipLimits = .standard) -> ZipError? {
  do {
    _ = try readZip(bytes, limits: limits)
    return nil
  } catch {
    return error
  }
}
