internal import CSQLite
internal import Glibc

/// The free and the total bytes of the volume that holds `path`, as an ordinary user sees them.
package func freeSpace(at path: String) throws(StorageError) -> (freeBytes: Int64, totalBytes: Int64) {
  var status = statvfs()
  guard statvfs(path, &status) == 0 else {
    throw .cannotOpen(path: path, reason: describe(systemError: errno))
  }
  return (bytes(status.f_bavail, of: status.f_frsize), bytes(status.f_blocks, of: status.f_frsize))
}

private func bytes(_ blocks: UInt, of size: UInt) -> Int64 {
  let (product, overflow) = blocks.multipliedReportingOverflow(by: size)
  return overflow ? Int64.max : Int64(clamping: product)
}

/// Whether `path` is on a file system whose locks or whose memory maps are not those of one machine.
package func isOnNetworkFileSystem(_ path: String) throws(StorageError) -> Bool {
  try networkFileSystem(at: path) != nil
}

/// The kind of the network file system that holds `path`, or nil for a local one.
func networkFileSystem(at path: String) throws(StorageError) -> String? {
  let magic = CSQLite_statfs_type(path)
  guard magic >= 0 else {
    throw .cannotOpen(path: path, reason: describe(systemError: Int32(clamping: -magic)))
  }
  return networkFileSystem(
    magic: UInt32(truncatingIfNeeded: magic), fuseKind: { fileSystemKind(at: path) })
}

/// The kind behind a magic number of `statfs`, or nil for a local one.
///
/// FUSE has one number for all its file systems. The few that are local are named; any other is refused, because
/// most of them (sshfs, object stores, cluster clients) are not.
func networkFileSystem(magic: UInt32, fuseKind: () -> String?) -> String? {
  switch magic {
  case 0x6969: return "nfs"
  case 0x517B, 0xFF53_4D42, 0xFE53_4D42: return "smb"
  case 0x5346_414F, 0x6B41_4653: return "afs"
  case 0x00C3_6400: return "ceph"
  case 0x0102_1997: return "9p"
  case 0x7375_7245: return "coda"
  case 0x0BD0_0BD0: return "lustre"
  case 0x6573_5546:
    let kind = fuseKind() ?? "fuse"
    return ["virtiofs", "fuseblk", "fuse.fuse-overlayfs"].contains(kind) ? nil : kind
  default: return nil
  }
}

/// The type that the mount table gives for the device of `path`.
private func fileSystemKind(at path: String) -> String? {
  var status = stat()
  guard stat(path, &status) == 0, let table = fopen("/proc/self/mountinfo", "re") else { return nil }
  defer { fclose(table) }
  let device = "\(CSQLite_major(UInt64(status.st_dev))):\(CSQLite_minor(UInt64(status.st_dev)))"
  var line: UnsafeMutablePointer<CChar>?
  var capacity = 0
  defer { free(line) }
  while getline(&line, &capacity, table) > 0, let line {
    if let kind = fileSystemKind(inMountLine: String(cString: line), device: device) { return kind }
  }
  return nil
}

/// The type in one line of `mountinfo`, if the line is about `device`: "36 35 98:0 / /mnt rw - ext3 /dev/root rw".
func fileSystemKind(inMountLine line: String, device: String) -> String? {
  let fields = line.split(separator: " ")
  guard fields.count > 3, fields[2] == device, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
  else { return nil }
  return String(fields[dash + 1])
}
