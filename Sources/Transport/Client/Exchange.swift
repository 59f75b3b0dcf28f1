/// Collects one answer from libcurl's callbacks, within its limits.
final class Exchange {
  /// Caps of the head (design: 64 KiB in total, 100 fields).
  private static let maximumHeadBytes = 64 << 10
  private static let maximumFields = 100

  private let request: ClientRequest
  private let observations: TLSObservations
  private var headBytes = 0
  private var headIsComplete = false
  private var attempts = 0

  /// The status; nil until a final head came.
  private(set) var status: Int?
  private(set) var fields: [(name: String, value: String)] = []
  private(set) var body: [UInt8] = []
  /// Whether the answer went over a limit.
  private(set) var isTooLarge = false
  /// What in the answer was not HTTP/2.
  private(set) var violation: String?
  /// Whether libcurl wanted to send again what must be sent once.
  private(set) var refusedResend = false

  /// Where libcurl writes its message: "must be at least CURL_ERROR_SIZE bytes", which is 256.
  let errorText = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 1)

  init(_ request: ClientRequest, observations: TLSObservations) {
    self.request = request
    self.observations = observations
    errorText.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { errorText.deallocate() }

  /// What libcurl wrote there.
  var errorMessage: String { String(decoding: errorText.prefix { $0 != 0 }, as: UTF8.self) }

  /// Called before each sending of the request; false stops it. libcurl itself sends again when an old
  /// connection dies before the first byte of the answer, whatever the method.
  func maySend() -> Bool {
    attempts += 1
    guard attempts > (request.isIdempotent ? 2 : 1) else { return true }
    refusedResend = true
    return false
  }

  func observe(context: OpaquePointer) { observations.observe(context: context) }

  /// Takes one line of a head; false ends the transfer.
  func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    headBytes += bytes.count
    guard headBytes <= Self.maximumHeadBytes else { return refuseAsTooLarge() }
    var line = bytes[...]
    while let last = line.last, last == 0x0A || last == 0x0D { line = line.dropLast() }
    if line.isEmpty {
      // The end of an interim answer (1xx) is followed by another head.
      if let status, status >= 200 { headIsComplete = true }
      return true
    }
    // What comes after the content is a trailer, which nobody reads.
    if headIsComplete { return true }
    if line.starts(with: "HTTP/".utf8) { return takeStatus(line) }
    guard let colon = line.firstIndex(of: 0x3A) else { return refuse("a field without a colon") }
    guard fields.count < Self.maximumFields else { return refuseAsTooLarge() }
    let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
    var value = line[(colon + 1)...]
    while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
    while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
    fields.append((name, String(decoding: value, as: UTF8.self)))
    return true
  }

  private func takeStatus(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
    let words = line.split(separator: 0x20, maxSplits: 2)
    guard words.count >= 2, words[0].elementsEqual("HTTP/2".utf8) else {
      return refuse("it answered in \(printable(String(decoding: words[0], as: UTF8.self), limit: 10))")
    }
    guard let number = Int(String(decoding: words[1], as: UTF8.self)), (100...599).contains(number) else {
      return refuse("status out of range")
    }
    status = number
    fields = []
    return true
  }

  /// Takes a piece of the content; false ends the transfer.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= request.maximumResponseBytes - body.count else { return refuseAsTooLarge() }
    body.append(contentsOf: bytes)
    return true
  }

  private func refuseAsTooLarge() -> Bool {
    isTooLarge = true
    return false
  }

  private func refuse(_ what: String) -> Bool {
    violation = what
    return false
  }
}
