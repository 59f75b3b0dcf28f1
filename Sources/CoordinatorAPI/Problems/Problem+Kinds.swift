// The problems that say the same every time, in one place: whoever compares two answers finds no difference
// that tells more than the slug does.
extension Problem {
  /// For a path that does not exist, an object that does not, and one that is somebody else's: one answer.
  package static let notFound = Problem(
    .notFound, detail: "nothing is here under this name",
    remedy:
      "check the identifier; what belongs to another tenant or site is not told apart from what does not exist"
  )

  /// For a role that has no business on a route.
  package static let notAllowed = Problem(
    .notAllowed, detail: "your role may not use this route",
    remedy: "use an identity with the role that protocols/api.md names for it")

  /// For an agent that joined and was not compared yet.
  package static let siteNotConfirmed = Problem(
    .siteNotConfirmed, detail: "an administrator has not confirmed this site's fingerprint yet",
    remedy: "tell the administrator the fingerprint that site-agent status shows")

  /// For a path with other methods.
  package static let methodNotAllowed = Problem(
    .methodNotAllowed, detail: "this path has other methods",
    remedy: "see the route table in protocols/api.md")

  /// For a body over the route's limit.
  package static func tooLarge(limit: Int) -> Problem {
    Problem(.tooLarge, detail: "the body has more than \(limit) bytes", remedy: "send at most \(limit) bytes")
  }

  /// For a caller over its quota, or a queue that is full.
  package static func tooManyRequests(retryAfter: Int) -> Problem {
    Problem(
      .tooManyRequests, detail: "more requests than are taken now", remedy: "wait, then try again",
      retryAfter: retryAfter)
  }

  /// For a change while space is low; reading goes on.
  package static let storageLow = Problem(
    .storageLow, detail: "nothing new can be kept until space is made", retryingIn: 60)

  /// For a change that could not be logged; nothing was changed.
  package static let auditUnavailable = Problem(
    .auditUnavailable, detail: "nothing was changed, because it could not be logged", retryingIn: 60)

  /// For our own mistakes; the log has more.
  package static let `internal` = Problem(
    .internal, detail: "an unexpected error", remedy: "try again; tell the operator if it stays")

  /// For a body or a query that cannot be read.
  package static func malformed(_ error: WireError) -> Problem {
    Problem(.malformed, detail: error.description, remedy: error.remedy)
  }

  private init(_ slug: Slug, detail: String, retryingIn seconds: Int) {
    self.init(
      slug, detail: detail, remedy: "try again later; the operator has to act", retryAfter: seconds)
  }
}
