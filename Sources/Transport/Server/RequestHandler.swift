/// What becomes of a request once its head is known.
package enum RequestDecision: Sendable {
  /// Its body is read, up to this many bytes; with more, `refuseBody` answers. Zero for requests without one.
  case readBody(maximumBytes: Int)
  /// It is handed to `respond` at once, without its body, which is not read.
  case ignoreBody
  /// It is answered at once, and its body is not read.
  case answer(HTTPResponse)
}

/// The product behind a server.
package protocol RequestHandler: Sendable {
  /// Judges a head on the loop's thread, before any byte of the body is read. It must not wait for anything.
  ///
  /// - Parameters:
  ///   - peer: who asks; nil only on listeners without client certificates.
  ///   - source: the numeric address the connection came from.
  func decide(_ head: RequestHead, peer: VerifiedPeer?, source: String) -> RequestDecision

  /// Answers a complete request in a task of its own that prefers the loop; it may suspend, and is cancelled
  /// when the stream or the connection goes away.
  func respond(to head: RequestHead, body: [UInt8], peer: VerifiedPeer?, source: String) async
    -> HTTPResponse

  /// Answers a request whose body is larger than was allowed; the rest of the body is not read. Otherwise like
  /// `respond`.
  func refuseBody(of head: RequestHead, above limit: Int, peer: VerifiedPeer?, source: String) async
    -> HTTPResponse
}

extension RequestHandler {
  package func refuseBody(
    of head: RequestHead, above limit: Int, peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse { HTTPResponse(status: 413) }
}
