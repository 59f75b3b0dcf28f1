import Attestations
import EvaluationProtocols
import CanonicalJSON
package import Cryptography

/// What a reviewer hands over: a signed decision or delegation, with the root certificate above the key.
///
/// - Source: `protocols/gates.md`, section 5.
package struct SignOffFile: Sendable {
  /// The signed statement's file.
  package let statement: [UInt8]
  package let root: Certificate

  /// The value of the file's `format` member.
  package static let format = "urn:equipoise:sign-off-file:v1"
  private static let limits = JSONLimits(
    maximumBytes: 2 << 20, maximumDepth: 2, maximumValues: 8, maximumStringBytes: 2 << 20)

  /// A file, before it is written.
  package init(statement: [UInt8], root: Certificate) {
    self.statement = statement
    self.root = root
  }

  /// Whether it is a delegation, as it claims; what it really is, the signature decides.
  package var isDelegation: Bool {
    (try? UnverifiedAttestation.parse(statement))?.claimedType == .delegation
  }

  /// Reads the file; what is signed is not checked yet.
  ///
  /// - Throws: `SignOffRefusal.malformed`.
  package static func parse(_ bytes: [UInt8]) throws(SignOffRefusal) -> SignOffFile {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: limits) } catch {
      throw .malformed(DocumentError(path: "", problem: error.description, remedy: error.remedy))
    }
    do throws(DocumentError) {
      var object = try DocumentField(value).object()
      try object.expectFormat(format)
      let root = try object.required("root")
      let statement = try object.required("statement").base64()
      let der = try root.base64()
      try object.finish()
      let certificate: Certificate
      do { certificate = try Certificate(der: der) } catch {
        throw root.error(error.description, remedy: error.remedy)
      }
      return SignOffFile(statement: statement, root: certificate)
    } catch { throw .malformed(error) }
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(Self.format), "root": .string(Base64.encode(root.der)),
      "statement": .string(Base64.encode(statement)),
    ])
  }
}

extension DocumentField {
  fileprivate func base64() throws(DocumentError) -> [UInt8] {
    let text = try string(maximum: 2 << 20)
    do { return try Base64.decode(text) } catch { throw self.error(error.description, remedy: error.remedy) }
  }
}
