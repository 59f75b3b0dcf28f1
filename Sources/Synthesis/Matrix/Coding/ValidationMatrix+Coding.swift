import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

extension ValidationMatrix {
  /// The matrix as files: `pooled.json` and `sites/<id>.json`, each in canonical bytes.
  package func encode() -> [(path: String, bytes: [UInt8])] {
    [pooled.file(of: protocolDigest)] + sites.map { $0.file(of: protocolDigest) }
  }
}

extension SiteMatrix {
  /// `sites/<id>.json` of a matrix under a protocol.
  package func file(of protocolDigest: Digest) -> (path: String, bytes: [UInt8]) {
    (path: "sites/\(site).json", bytes: encodeCanonicalJSON(json(protocolDigest: protocolDigest.text)))
  }

  private func json(protocolDigest: String) -> JSONValue {
    var object: JSONObject = [
      "format": .string(SiteMatrix.format), "protocol": .string(protocolDigest), "site": .string(site),
      "role": .string(role.rawValue), "aggregate": .string(aggregateDigest.text),
      "minimumCell": .integer(Int64(minimumCell)), "dataClass": .string(dataClass),
      "rows": .array(rows.map(\.json)), "gaps": .array(gaps.map(\.json)),
      "trends": .array(trends.map(\.json)), "drift": .array(drift.map(\.json)),
      "cusum": .array(cusum.map(\.json)),
    ]
    object.set("explanation", unlessEmpty: explanation.map(\.json))
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField, digest: String) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(SiteMatrix.format)
    try object.expectProtocol(digest)
    site = try object.required("site").identifier()
    role = try object.required("role").choice(of: SiteRole.self)
    aggregateDigest = try object.required("aggregate").digest()
    minimumCell = try object.required("minimumCell").integer(in: 2...1_000_000)
    dataClass = try object.required("dataClass").identifier()
    rows = try object.required("rows").array(maximum: 500_000).map(MatrixRow.init(parsing:))
    gaps = try object.required("gaps").array(maximum: 500_000).map(GapRow.init(parsing:))
    trends = try object.required("trends").array(maximum: 500_000).map(TrendRow.init(parsing:))
    drift = try object.required("drift").array(maximum: 500_000).map(DriftRow.init(parsing:))
    cusum = try object.required("cusum").array(maximum: 1000).map(CUSUMRow.init(parsing:))
    explanation =
      try object.optional("explanation")?.array(maximum: 500_000, minimum: 1)
      .map(ExplanationRow.init(parsing:)) ?? []
    try object.finish()
  }
}

extension PooledMatrix {
  /// `pooled.json` of a matrix under a protocol.
  package func file(of protocolDigest: Digest) -> (path: String, bytes: [UInt8]) {
    (path: "pooled.json", bytes: encodeCanonicalJSON(json(protocolDigest: protocolDigest.text)))
  }

  private func json(protocolDigest: String) -> JSONValue {
    var object: JSONObject = [
      "format": .string(PooledMatrix.format), "protocol": .string(protocolDigest),
      "aggregates": .array(
        aggregates.map { ["site": .string($0.site), "digest": .string($0.digest.text)] }),
      "notRun": .strings(notRun), "rows": .array(rows.map(\.json)), "gaps": .array(gaps.map(\.json)),
      "trends": .array(trends.map(\.json)),
    ]
    object.set("explanation", unlessEmpty: explanation.map(\.json))
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField, digest: String) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(PooledMatrix.format)
    try object.expectProtocol(digest)
    aggregates = try object.required("aggregates").array(maximum: 1000).map { element throws(DocumentError) in
      var entry = try element.object()
      let aggregate = Aggregate(
        site: try entry.required("site").identifier(), digest: try entry.required("digest").digest())
      try entry.finish()
      return aggregate
    }
    notRun = try object.required("notRun").identifiers()
    rows = try object.required("rows").array(maximum: 500_000).map(MatrixRow.init(parsing:))
    gaps = try object.required("gaps").array(maximum: 500_000).map(GapRow.init(parsing:))
    trends = try object.required("trends").array(maximum: 500_000).map(TrendRow.init(parsing:))
    explanation =
      try object.optional("explanation")?.array(maximum: 500_000, minimum: 1)
      .map(ExplanationRow.init(parsing:)) ?? []
    try object.finish()
  }
}

extension ValidationMatrix {
  /// Reads the files of a matrix back, so that verdicts can be decided on the written decimals.
  ///
  /// - Parameter files: bytes by path, as `encode()` gives them; order does not matter.
  /// - Throws: `MatrixError` naming the file and what is wrong in it.
  package static func parse(
    _ files: [(path: String, bytes: [UInt8])], under evaluationProtocol: EvaluationProtocol
  ) throws(MatrixError) -> ValidationMatrix {
    var pooled: PooledMatrix?
    var sites: [SiteMatrix] = []
    for (path, bytes) in files {
      let field: DocumentField
      do {
        field = DocumentField(try parseCanonicalJSON(bytes, limits: .submission))
      } catch { throw .syntax(path: path, error) }
      do {
        if path == "pooled.json" {
          pooled = try PooledMatrix(parsing: field, digest: evaluationProtocol.digest.text)
        } else {
          let site = try SiteMatrix(parsing: field, digest: evaluationProtocol.digest.text)
          guard path == "sites/\(site.site).json" else { throw MatrixError.misplaced(path) }
          sites.append(site)
        }
      } catch let error as DocumentError {
        throw .document(path: path, error)
      } catch let error as MatrixError {
        throw error
      } catch { throw .misplaced(path) }
    }
    guard let pooled else { throw .missing("pooled.json") }
    return ValidationMatrix(
      protocolDigest: evaluationProtocol.digest, sites: sites.sorted { $0.site < $1.site }, pooled: pooled)
  }
}

extension DocumentObject {
  fileprivate mutating func expectProtocol(_ digest: String) throws(DocumentError) {
    let field = try required("protocol")
    guard try field.string(maximum: 71) == digest else {
      throw DocumentError(
        path: field.path, problem: "is of another protocol",
        remedy: "make the matrix again under this protocol")
    }
  }
}
