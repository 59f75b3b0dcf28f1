internal import COpenSSL

/// Empties the thread's error queue and returns its reasons, oldest first.
@discardableResult
func drainErrors() -> [String] {
  var reasons: [String] = []
  while case let code = ERR_get_error(), code != 0 {
    // A file and line of the library would only describe its build.
    reasons.append(ERR_reason_error_string(code).map { String(cString: $0) } ?? "code \(code)")
  }
  return reasons
}

/// Runs a libcrypto call with a clean error queue and turns a missing result into everything the queue holds.
///
/// The queue belongs to the thread, so nothing may suspend between the call and the draining.
func calling<Result>(
  _ operation: String, _ body: () -> Result?
) throws(CryptographyError) -> Result {
  drainErrors()
  guard let result = body() else {
    throw .library(operation: operation, reasons: drainErrors())
  }
  return result
}

/// The same for calls that only say whether they worked.
func succeeding(_ operation: String, _ body: () -> Bool) throws(CryptographyError) {
  drainErrors()
  guard body() else { throw .library(operation: operation, reasons: drainErrors()) }
}
