import CanonicalJSON

/// Why a request was not done: RFC 9457, the one form of every refusal.
///
/// - Source: `protocols/api.md`, section "Problems".
package struct Problem: Error, Sendable, Equatable {
  /// What kind of problem; clients decide by this.
  package enum Slug: String, CaseIterable, Sendable {
    case malformed
    case notAllowed = "not-allowed"
    case siteNotConfirmed = "site-not-confirmed"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case conflict
    case notOpen = "not-open"
    case superseded
    case tooLarge = "too-large"
    case refused
    case tooManyRequests = "too-many-requests"
    case `internal`
    case auditUnavailable = "audit-unavailable"
    case storageLow = "storage-low"
  }

  /// What kind of problem.
  package let slug: Slug
  /// What is wrong with this request.
  package let detail: String
  /// What the caller can do.
  package let remedy: String
  /// Seconds after which to try again; also in the header `Retry-After`.
  package let retryAfter: Int?

  /// The media type of the body.
  package static let contentType = "application/problem+json"
  private static let typePrefix = "urn:equipoise:problem:"

  /// A problem; texts are cut to what a reader takes.
  package init(_ slug: Slug, detail: String, remedy: String, retryAfter: Int? = nil) {
    self.slug = slug
    self.detail = Self.held(detail)
    self.remedy = Self.held(remedy)
    self.retryAfter = retryAfter
  }

  /// The HTTP status.
  package var status: Int { slug.status }

  /// The canonical bytes of the body.
  package func encode() -> [UInt8] {
    var object: JSONObject = [
      "type": .string(Self.typePrefix + slug.rawValue), "title": .string(slug.title),
      "status": number(slug.status), "detail": .string(detail), "remedy": .string(remedy),
    ]
    if let retryAfter { object["retryAfter"] = number(retryAfter) }
    return encodeCanonicalJSON(.object(object))
  }

  /// Reads the body of a refusal; the title is not compared.
  ///
  /// - Throws: `WireError` for another form, a slug that is not known, or a status that is not the slug's.
  package static func parse(_ bytes: [UInt8]) throws(WireError) -> Problem {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: .small) } catch { throw .notCanonical(error) }
    do throws(DocumentError) {
      return try DocumentField(value).record { object throws(DocumentError) in
        let type = try object.required("type")
        let text = try type.string(maximum: 100)
        guard text.utf8.starts(with: typePrefix.utf8),
          let slug = Slug(rawValue: String(text.dropFirst(typePrefix.count)))
        else { throw type.error("not a known type of problem", remedy: "update this program") }
        _ = try object.required("title").string(maximum: 200)
        _ = try object.required("status").integer(in: slug.status...slug.status)
        return Problem(
          slug, detail: try object.required("detail").string(),
          remedy: try object.required("remedy").string(),
          retryAfter: try object.optional("retryAfter")?.integer(in: 0...86_400))
      }
    } catch { throw .malformed(error) }
  }

  private static func held(_ text: String) -> String {
    guard text.unicodeScalars.count > 2000 else { return text.isEmpty ? "no more is said" : text }
    var held = String.UnicodeScalarView()
    held.append(contentsOf: text.unicodeScalars.prefix(1999))
    held.append("…")
    return String(held)
  }
}

extension Problem.Slug {
  /// The HTTP status.
  package var status: Int {
    switch self {
    case .malformed: 400
    case .notAllowed, .siteNotConfirmed: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .conflict, .notOpen: 409
    case .superseded: 410
    case .tooLarge: 413
    case .refused: 422
    case .tooManyRequests: 429
    case .internal: 500
    case .auditUnavailable: 503
    case .storageLow: 507
    }
  }

  /// The kind in words, the same for every problem of it.
  package var title: String {
    switch self {
    case .malformed: "the request cannot be read"
    case .notAllowed: "the caller's role may not do this"
    case .siteNotConfirmed: "the site is not confirmed yet"
    case .notFound: "there is no such thing here"
    case .methodNotAllowed: "the path has no such method"
    case .conflict: "something else is there already"
    case .notOpen: "it is not open any more, or not yet"
    case .superseded: "it was replaced or revoked"
    case .tooLarge: "the body is too large"
    case .refused: "the content breaks a rule"
    case .tooManyRequests: "too many requests"
    case .internal: "the coordinator failed"
    case .auditUnavailable: "the audit log cannot be written"
    case .storageLow: "the coordinator has little space left"
    }
  }
}

extension Problem: CustomStringConvertible {
  /// The kind and the detail.
  package var description: String { "\(slug.rawValue): \(detail)" }
}
