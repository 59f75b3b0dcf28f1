import Foundation
import ServiceRuntime
import TestSupport
import Testing

@Suite struct FilesTests {
  @Test func fileIsReadBackAsWritten() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/a.bin"
      let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
      try writeFileAtomically(content, to: path)
      #expect(try readFile(path, maximumBytes: content.count) == content)
      #expect(throws: FileError.tooLarge(path, limit: content.count - 1)) {
        try readFile(path, maximumBytes: content.count - 1)
      }
    }
  }

  @Test func fileIsReplacedAndNothingIsLeftBeside() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/a.txt"
      try writeFileAtomically([1], to: path)
      try writeFileAtomically([2], to: path)
      #expect(try readFile(path, maximumBytes: 1) == [2])
      #expect(try listDirectory(folder) == listed(["a.txt"], .file))
    }
  }

  @Test func keyFileIsPrivate() throws {
    try withTemporaryDirectory { folder in
      try writeFileAtomically([1], to: folder + "/key", mode: 0o600)
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/key")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func onlyRegularFilesAreRead() throws {
    try withTemporaryDirectory { folder in
      let pipe = folder + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      // Opening a pipe nobody writes to would wait for ever.
      for path in [pipe, folder, "/dev/zero"] {
        #expect(throws: FileError.notARegularFile(path)) { try readFile(path, maximumBytes: 10) }
      }
      #expect(throws: FileError.notFound(folder + "/none")) {
        try readFile(folder + "/none", maximumBytes: 10)
      }
      for path in ["", "a\0b"] {
        #expect(throws: FileError.pathInvalid(path)) { try readFile(path, maximumBytes: 10) }
      }
    }
  }

  @Test func unfinishedFileOfACrashDoesNotStopTheNextRun() throws {
    try withTemporaryDirectory { folder in
      let leftover = "\(folder)/.a.txt.\(ProcessInfo.processInfo.processIdentifier)-0.partial"
      try writeFileAtomically([9], to: leftover)
      try writeFileAtomically([1], to: folder + "/a.txt")
      #expect(try readFile(folder + "/a.txt", maximumBytes: 1) == [1])
    }
  }

  @Test func fullDiskIsOneErrorAndLeavesTheOldFile() async {
    // In a process of its own: the limit that stands for the full disk holds for all threads.
    await #expect(processExitsWith: .success) {
      try withTemporaryDirectory { folder in
        let path = folder + "/a.txt"
        try writeFileAtomically([1], to: path)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        let large = [UInt8](repeating: 2, count: 8192)
        #expect(throws: FileError.diskFull(path)) { try writeFileAtomically(large, to: path) }
        #expect(throws: FileError.diskFull("b/c.txt")) {
          try writeDirectoryAtomically([("b/c.txt", large)], to: folder + "/out")
        }
        #expect(try readFile(path, maximumBytes: 1) == [1])
        #expect(try listDirectory(folder).map(\.name) == ["a.txt"])
      }
    }
  }

  @Test func directoryIsWrittenAsAWhole() throws {
    try withTemporaryDirectory { folder in
      let target = folder + "/out"
      try writeDirectoryAtomically([("b.txt", [1]), ("sites/north/a.json", [2])], to: target)
      #expect(try listFiles(below: target) == ["b.txt", "sites/north/a.json"])
      #expect(try readFile(target + "/sites/north/a.json", maximumBytes: 1) == [2])
      #expect(try listDirectory(folder) == listed(["out"], .folder))
    }
  }

  @Test func directoryWithFilesIsReplacedOnlyWhenAsked() throws {
    try withTemporaryDirectory { folder in
      let target = folder + "/out"
      try makeDirectory(target)
      try writeDirectoryAtomically([("old", [1])], to: target)
      #expect(throws: FileError.alreadyThere(target)) {
        try writeDirectoryAtomically([("new", [2])], to: target)
      }
      #expect(try listFiles(below: target) == ["old"])
      try writeDirectoryAtomically([("new", [2])], to: target + "/", replacing: true)
      #expect(try listFiles(below: target) == ["new"])
      #expect(try listDirectory(folder).map(\.name) == ["out"])
    }
  }

  @Test(
    "a path that could leave the directory, or two files of one name, leave nothing behind",
    arguments: [
      ["../x"], ["/x"], ["a/../../x"], ["a//b"], [""], ["."], ["a", "a"], ["a", "a/b"], ["a/b", "a"],
    ])
  func badPathLeavesNothing(paths: [String]) throws {
    try withTemporaryDirectory { folder in
      #expect(throws: FileError.self) {
        try writeDirectoryAtomically(paths.map { ($0, [1]) }, to: folder + "/out")
      }
      let left = try listDirectory(folder)
      #expect(left.isEmpty)
    }
  }

  @Test func fileIsNeverReplacedByADirectory() throws {
    try withTemporaryDirectory { folder in
      try writeFileAtomically([1], to: folder + "/out")
      for replacing in [false, true] {
        #expect(throws: FileError.notAFolder(folder + "/out")) {
          try writeDirectoryAtomically([("a", [2])], to: folder + "/out", replacing: replacing)
        }
      }
      #expect(try listDirectory(folder).map(\.name) == ["out"])
    }
  }

  @Test func listingIsSortedByBytesAndRefusesLinks() throws {
    try withTemporaryDirectory { folder in
      for name in ["b", "a", "B", "é"] { try writeFileAtomically([], to: "\(folder)/\(name)") }
      #expect(try listFiles(below: folder) == ["B", "a", "b", "é"])
      #expect(throws: FileError.tooManyFiles(folder, limit: 3)) {
        try listFiles(below: folder, maximumFiles: 3)
      }
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "a")
      #expect(throws: FileError.notAPlainTree(folder + "/link")) { try listFiles(below: folder) }
    }
  }

  @Test func directoriesAboveAreMadeToo() throws {
    try withTemporaryDirectory { folder in
      try makeDirectory(folder + "/a/b/c")
      try makeDirectory(folder + "/a/b/c")
      try writeFileAtomically([1], to: folder + "/f")
      #expect(throws: FileError.notAFolder(folder + "/f")) { try makeDirectory(folder + "/f") }
    }
  }

  @Test func errorsNameThePathAndTheSystemsReason() {
    #expect(
      FileError.unreadable("a", reason: "permission denied").description
        == "a can't be read: permission denied")
    #expect(FileError.diskFull("a").exitCode == .unreachable)
    #expect(FileError.notFound("a").exitCode == .inputRefused)
  }

  private func listed(_ names: [String], _ kind: DirectoryEntry.Kind) -> [DirectoryEntry] {
    names.map { DirectoryEntry(name: $0, kind: kind) }
  }
}
