import TestSupport
import Testing

@testable import Storage

@Suite struct FilesTests {
  @Test func aLockHasOneHolder() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/lock"
      do {
        let lock = try StoreLock(path)
        #expect(throws: StorageError.inUse(path)) { try StoreLock(path) }
        withExtendedLifetime(lock) {}
      }
      _ = try StoreLock(path)
      #expect(try folderNames(folder) == ["lock"])
    }
  }

  @Test(.enabled(if: OtherProgram.path("flock") != nil))
  func anotherProcessSeesTheLock() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let lock = try StoreLock(folder + "/lock")
      #expect(try OtherProgram.run("flock", ["-n", folder + "/lock", "true"]).status == 1)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func aBackupIsWholeAndOpens() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let database = try openStore(folder + "/store", journal: .writeAhead)
      try database.insertInTransaction(Array(1...100))
      try write([1], to: folder + "/copy.partial")
      try database.backup(to: folder + "/copy")
      #expect(try folderNames(folder) == ["copy", "store", "store-shm", "store-wal"])
      let copy = try openStore(folder + "/copy", journal: .writeAhead, createIfMissing: false)
      #expect(try itemIDs(copy) == Array(1...100))
      try copy.integrityCheck()
    }
  }

  @Test func aBackupReplacesNothing() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let database = try openStore(folder + "/store")
      try write([1], to: folder + "/copy")
      #expect(throws: StorageError.exists(folder + "/copy")) { try database.backup(to: folder + "/copy") }
      #expect(try fileBytes(folder + "/copy") == [1])
    }
  }

  @Test func freeSpaceIsThatOfTheVolume() throws {
    let (free, total) = try freeSpace(at: "/")
    #expect(free >= 0 && total >= free && total > 0)
    #expect(throws: StorageError.cannotOpen(path: "/nonexistent", reason: "No such file or directory")) {
      try freeSpace(at: "/nonexistent")
    }
  }

  // The numbers are those of statfs(2).
  @Test(arguments: [(0x6969, "nfs"), (0x517B, "smb"), (0xFF53_4D42, "smb"), (0xFE53_4D42, "smb")])
  func networkFileSystemsAreKnown(magic: UInt32, kind: String) {
    #expect(networkFileSystem(magic: magic, fuseKind: { nil }) == kind)
  }

  @Test(arguments: [0xEF53, 0x0102_1994, 0x5846_5342, 0x9123_683E, 0x794C_7630])
  func localFileSystemsAreAccepted(magic: UInt32) {
    #expect(networkFileSystem(magic: magic, fuseKind: { nil }) == nil)
  }

  @Test(arguments: [("fuse.sshfs", true), ("fuse.s3fs", true), ("virtiofs", false), ("fuseblk", false)])
  func fuseIsJudgedByItsType(kind: String, isNetwork: Bool) {
    #expect((networkFileSystem(magic: 0x6573_5546, fuseKind: { kind }) != nil) == isNetwork)
    #expect(networkFileSystem(magic: 0x6573_5546, fuseKind: { nil }) == "fuse")
  }

  @Test func theMountTableIsReadByDevice() {
    // The example of proc(5), with and without its optional field.
    let line = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - fuse.sshfs /dev/root rw,errors=continue"
    #expect(fileSystemKind(inMountLine: line, device: "98:0") == "fuse.sshfs")
    #expect(fileSystemKind(inMountLine: line, device: "98:1") == nil)
    #expect(fileSystemKind(inMountLine: "36 35 98:0 / /mnt rw - ext3 /dev/root rw", device: "98:0") == "ext3")
    #expect(fileSystemKind(inMountLine: "36 35 98:0 -", device: "98:0") == nil)
  }
}
