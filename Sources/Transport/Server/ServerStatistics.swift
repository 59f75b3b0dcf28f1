internal import Synchronization

/// Counts of a server.
package struct ServerStatistics: Sendable, Equatable {
  /// Connections that are open, handshakes included.
  package var openConnections = 0
  /// Connections that were accepted.
  package var acceptedConnections = 0
  /// Connections that were refused for a cap, before their handshake.
  package var refusedConnections = 0
  /// Handshakes that failed: no certificate, a wrong one, other versions, garbage, too slow.
  package var failedHandshakes = 0
  /// Requests whose head was judged, by the handler or before it.
  package var requests = 0
  /// Connections ended for an error or a flood of their peer.
  package var endedForErrors = 0
  /// Request bodies in memory.
  package var bufferedBytes = 0
}

/// The counts while the loop keeps them: written on its thread only, read on any.
final class ServerCounters: Sendable {
  /// One count. With a single writer, reading and writing need not be one step.
  struct Counter: ~Copyable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ amount: Int) { count.store(value &+ amount, ordering: .relaxed) }
  }

  let openConnections = Counter()
  let acceptedConnections = Counter()
  let refusedConnections = Counter()
  let failedHandshakes = Counter()
  let requests = Counter()
  let endedForErrors = Counter()
  let bufferedBytes = Counter()

  /// All counts; each is right, and together they may be of two moments.
  var snapshot: ServerStatistics {
    ServerStatistics(
      openConnections: openConnections.value, acceptedConnections: acceptedConnections.value,
      refusedConnections: refusedConnections.value, failedHandshakes: failedHandshakes.value,
      requests: requests.value, endedForErrors: endedForErrors.value, bufferedBytes: bufferedBytes.value)
  }
}
