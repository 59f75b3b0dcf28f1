import Glibc

/// What a site's proxy asks for, from a file that only its owner can read.
struct ProxyLogin: Equatable {
  let user: String
  let password: String

  /// Reads one line `user:password`; the password may hold colons.
  init(file path: String) throws(ClientError) {
    func refusal(_ reason: String) -> ClientError { .proxy(.loginFile(reason: reason)) }
    guard !path.isEmpty, !path.utf8.contains(0) else { throw refusal("its path can't be used") }
    // Never waits, not even for the far end of a pipe.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw refusal(errno == ENOENT ? "it does not exist" : "it can't be opened") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw refusal("it is not a regular file")
    }
    guard status.st_mode & 0o077 == 0 else { throw refusal("others than its owner can read it") }
    var content = [UInt8](repeating: 0, count: 1025)
    let count = read(file, &content, content.count)
    guard count > 0, count <= 1024 else { throw refusal("it is empty or larger than 1 KiB") }
    var line = content[..<count]
    if line.last == 0x0A { line = line.dropLast() }
    guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), let colon = line.firstIndex(of: 0x3A), colon > 0,
      let user = String(validating: line[..<colon], as: UTF8.self),
      let password = String(validating: line[(colon + 1)...], as: UTF8.self)
    else { throw refusal("it is not one line user:password") }
    self.user = user
    self.password = password
  }
}
