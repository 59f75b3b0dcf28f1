internal import COpenSSL

/// Empties the thread's error queue and returns its reasons, oldest first.
@discardableResult
func drainTLSErrors() -> [String] {
  var reasons: [String] = []
  while case let code = ERR_get_error(), code != 0 {
    reasons.append(ERR_reason_error_string(code).map { String(cString: $0) } ?? "code \(code)")
  }
  return reasons
}

/// Runs a call of libssl with a clean error queue, and turns failure into everything the queue holds.
func succeedingTLS(_ operation: String, _ body: () -> Bool) throws(TransportError) {
  ERR_clear_error()
  guard body() else { throw .library(operation: operation, reasons: drainTLSErrors()) }
}
