package import CanonicalJSON

/// The documents that a hospital writes for itself.
package enum SiteFile: String, Sendable {
  case declaration = "dataset declaration"
  case policy = "site policy"
}

/// Why one of the hospital's own documents was refused.
package enum SiteFileError: Error, Equatable {
  case syntax(SiteFile, JSONError)
  case content(SiteFile, DocumentError)
}

extension SiteFileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let file, let error): "\(file.rawValue): \(error)"
    case .content(let file, let error): "\(file.rawValue): \(error)"
    }
  }

  /// What the author of the document can do.
  package var remedy: String {
    switch self {
    case .syntax(_, let error): error.remedy
    case .content(_, let error): error.remedy
    }
  }
}

/// Reads a hospital's own document and says in every error which one it was.
func parseSiteFile<Content>(
  _ file: SiteFile, _ bytes: [UInt8], _ read: (DocumentField) throws(DocumentError) -> Content
) throws(SiteFileError) -> Content {
  let value: JSONValue
  do { value = try parseStrictJSON(bytes, limits: .protocolDocument) } catch { throw .syntax(file, error) }
  do { return try read(DocumentField(value)) } catch { throw .content(file, error) }
}
