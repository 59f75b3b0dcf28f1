/// What a peer may cost before it is cut off. The defaults are the product's; tests set smaller ones.
package struct ServerLimits: Sendable {
  /// From accepting a connection to the end of its handshake.
  package var handshakeDeadline: Duration = .seconds(10)
  /// From the first byte of a request's head, or from the handshake for the client's preface, to its end.
  package var headDeadline: Duration = .seconds(10)
  /// From the end of the head to the end of the body, whatever its rate.
  package var bodyDeadline: Duration = .seconds(30)
  /// How long a body may arrive below the minimum rate before that counts.
  package var rateGrace: Duration = .seconds(5)
  /// The least number of bytes in a second, of a body and of an answer.
  package var minimumRate = 1024
  /// From the end of a request to the handler's answer; long enough for a long poll of 25 seconds.
  package var responseDeadline: Duration = .seconds(60)
  /// How long a connection may be open without a request.
  package var idleDeadline: Duration = .seconds(900)
  /// How long a write may stand still, and an answer be below the minimum rate.
  package var writeStall: Duration = .seconds(30)
  /// How long a connection that we have closed waits for the peer to do the same.
  package var lingerDeadline: Duration = .seconds(1)
  /// How long a client that was answered before its body was read may take to stop sending.
  package var answerGrace: Duration = .milliseconds(50)
  /// After this many requests a connection is told to go away.
  package var maximumRequestsPerConnection = 10_000
  /// Connections of the whole server.
  package var maximumConnections = 12_000
  /// Connections before the end of their handshake, of the whole server.
  package var maximumHandshakes = 512
  /// Connections before the end of their handshake, of one source address (IPv6: one /64).
  package var maximumHandshakesPerSource = 64
  /// Requests at a time on a connection.
  package var maximumConcurrentStreams = 32
  /// Names, values and 32 for each field, as HTTP/2 counts.
  package var maximumHeadBytes = 65_536
  /// Fields of a head, pseudo fields included.
  package var maximumFieldCount = 100
  /// Path and query.
  package var maximumTargetBytes = 8_192
  /// Request bodies held in memory, of the whole server.
  package var maximumBufferedBytes = 536_870_912
  /// Request bodies held in memory, of one connection.
  package var maximumBufferedBytesPerConnection = 100_663_296
  /// Streams that a client may reset at once, and again after each second.
  package var resetBurst = 100
  /// See `resetBurst`.
  package var resetsPerSecond = 10
  /// Streams that the server had to reset for an error of the client, in the life of a connection.
  package var maximumStreamErrors = 100
  /// Frames that are no part of a request (settings, pings, empty data) at once, and again for each second.
  package var controlFrameBurst = 500
  /// See `controlFrameBurst`.
  package var controlFramesPerSecond = 50

  /// The product's limits.
  package init() {}

  /// How long this many bytes take at the minimum rate.
  func time(for bytes: Int) -> Duration { .milliseconds(bytes * 1000 / max(1, minimumRate)) }
}
