import Glibc

/// Reads a regular file of at most `maximumBytes` bytes.
///
/// A folder, pipe, socket or device is refused without waiting for it, and a file that grows while it is
/// read is still bounded. A symbolic link to a file is followed: the caller named it.
package func readFile(_ path: String, maximumBytes: Int) throws(FileError) -> [UInt8] {
  try checkPath(path)
  guard let file = Descriptor.reading(path) else { throw .reading(path) }
  guard let status = file.status() else { throw .reading(path) }
  guard status.type == S_IFREG else { throw .notARegularFile(path) }
  guard status.size <= maximumBytes else { throw .tooLarge(path, limit: maximumBytes) }
  var content: [UInt8] = []
  content.reserveCapacity(status.size)
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(file.value, &chunk, chunk.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw .reading(path)
    }
    if count == 0 { return content }
    guard count <= maximumBytes - content.count else { throw .tooLarge(path, limit: maximumBytes) }
    content += chunk[..<count]
  }
}
