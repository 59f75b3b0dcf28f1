/// Calls an `i2d_` function twice: once for the length, once for the bytes.
func encodeDER(
  _ operation: String, _ body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
) throws(CryptographyError) -> [UInt8] {
  let length = try calling(operation) {
    let length = body(nil)
    return length > 0 ? Int(length) : nil
  }
  var bytes = [UInt8](repeating: 0, count: length)
  let written = bytes.withUnsafeMutableBufferPointer { buffer in
    // `i2d_` moves the pointer it is given, hence a copy.
    var cursor = buffer.baseAddress
    return body(&cursor)
  }
  guard written == Int32(length) else { throw .library(operation: operation, reasons: drainErrors()) }
  return bytes
}

/// Calls a `d2i_` function and says how many bytes it used; the caller decides about the rest.
func decodeDER(
  _ bytes: [UInt8], _ body: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?
) -> (handle: OpaquePointer, used: Int)? {
  drainErrors()
  defer { drainErrors() }
  return bytes.withUnsafeBufferPointer { buffer in
    var cursor = buffer.baseAddress
    guard let start = cursor, let handle = body(&cursor, buffer.count), let end = cursor else { return nil }
    return (handle, end - start)
  }
}
