package import CanonicalJSON
import Cryptography
import EvaluationProtocols

// The five files of a site in one body. The files are canonical JSON, and a canonical document inside a
// canonical document keeps its bytes: what was signed comes out as it went in.
extension SubmissionFiles {
  /// The value of the package's `format` member.
  package static let packageFormat = "urn:equipoise:submission:v1"
  /// The name that a receipt gives to the package.
  package static let packageName = "submission.json"
  /// What reading one may cost: an aggregate, a context and two signed statements, one level deeper.
  package static let packageLimits = JSONLimits(
    maximumBytes: 20 << 20, maximumDepth: 34, maximumValues: 2_300_000, maximumStringBytes: 1 << 20)

  /// The package: what is shown before it is sent, what is sent, and what a receipt names.
  ///
  /// - Throws: `SubmissionError.package` when a file is not canonical JSON or all together are too large,
  ///   `.root` when the certificate cannot be read.
  /// - Source: `protocols/submission.md`, section "Package".
  package func encodePackage() throws(SubmissionError) -> [UInt8] {
    let certificate: Certificate
    do { certificate = try Certificate(pem: root) } catch { throw .root(error) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(aggregate.count + context.count + submission.count + acceptance.count + 4096)
    let members: [(key: String, bytes: [UInt8])] = [
      ("acceptance", acceptance), ("aggregate", aggregate), ("context", context),
      ("format", encodeCanonicalJSON(.string(Self.packageFormat))),
      ("root", encodeCanonicalJSON(.string(Base64.encode(certificate.der)))),
      ("site", encodeCanonicalJSON(.string(site))), ("submission", submission),
    ]
    for member in members {
      bytes.append(bytes.isEmpty ? 0x7B : 0x2C)
      bytes.append(contentsOf: encodeCanonicalJSON(.string(member.key)))
      bytes.append(0x3A)
      bytes.append(contentsOf: member.bytes)
    }
    bytes.append(0x7D)
    // What no reader would take is not given out.
    guard try Self.parsePackage(bytes) == self else {
      throw .package("the files do not come out of their package as they went in")
    }
    return bytes
  }

  /// Takes a package apart; nothing in it is checked but its form.
  ///
  /// - Throws: `SubmissionError.package` or `.root`.
  package static func parsePackage(_ bytes: [UInt8]) throws(SubmissionError) -> SubmissionFiles {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: packageLimits) } catch {
      throw .package(error.description)
    }
    let fields: PackageFields
    do { fields = try PackageFields(DocumentField(value)) } catch { throw .package(error.description) }
    let certificate: Certificate
    do { certificate = try Certificate(der: try Base64.decode(fields.root)) } catch { throw .root(error) }
    return SubmissionFiles(
      site: fields.site, aggregate: fields.aggregate, context: fields.context,
      submission: fields.submission, acceptance: fields.acceptance, root: certificate.pem)
  }
}

private struct PackageFields {
  let site: String
  let root: String
  let aggregate: [UInt8]
  let context: [UInt8]
  let submission: [UInt8]
  let acceptance: [UInt8]

  init(_ field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(SubmissionFiles.packageFormat)
    site = try object.required("site").identifier()
    root = try object.required("root").string(maximum: 21_848)
    aggregate = try Self.file(try object.required("aggregate"))
    context = try Self.file(try object.required("context"))
    submission = try Self.file(try object.required("submission"))
    acceptance = try Self.file(try object.required("acceptance"))
    try object.finish()
  }

  private static func file(_ field: DocumentField) throws(DocumentError) -> [UInt8] {
    guard case .object = field.value else {
      throw field.error("not an object", remedy: "embed the file's own JSON")
    }
    return encodeCanonicalJSON(field.value)
  }
}
