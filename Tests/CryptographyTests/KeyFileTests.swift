import Cryptography
import Foundation
import Testing

@Suite struct KeyFileTests {
  private let tool: OpenSSLTool
  private let path: String

  init() throws {
    tool = try OpenSSLTool()
    path = tool.path("test.key")
  }

  private func mode(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func newFileIsPrivateAndReadsBack() throws {
    try KeyFile.write([1, 2, 3], to: path)
    #expect(try KeyFile.read(path) == [1, 2, 3])
    #expect(try mode(of: path) == 0o600)
    try KeyFile.writePublic([4], to: tool.path("test.pem"))
    #expect(try KeyFile.readPublic(tool.path("test.pem")) == [4])
  }

  @Test func existingFilesAreNeverOverwritten() throws {
    try KeyFile.write([1], to: path)
    #expect(throws: KeyFileError.exists(path: path)) { try KeyFile.write([2], to: path) }
    #expect(try KeyFile.read(path) == [1])
    let link = tool.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: tool.path("nowhere"))
    #expect(throws: KeyFileError.exists(path: link)) { try KeyFile.write([2], to: link) }
    #expect(!FileManager.default.fileExists(atPath: tool.path("nowhere")))
  }

  @Test func nothingIsLeftBesideAKey() throws {
    try KeyFile.write([1], to: path)
    _ = try? KeyFile.write([2], to: path)
    let names = try FileManager.default.contentsOfDirectory(atPath: tool.folder)
    #expect(!names.contains { $0.hasSuffix(".partial") })
  }

  @Test(arguments: [0o640, 0o604, 0o644, 0o660, 0o700, 0o4600, 0o610])
  func filesThatOthersMayUseAreRefused(mode: Int) throws {
    try KeyFile.write([1], to: path)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    let error = #expect(throws: KeyFileError.self) { try KeyFile.read(path) }
    #expect(error == .tooOpen(path: path, mode: UInt32(mode)))
    #expect(error?.remedy == "chmod 600 \(path)")
  }

  @Test func readOnlyKeysAreAccepted() throws {
    try KeyFile.write([1], to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
    #expect(try KeyFile.read(path) == [1])
  }

  @Test func linksFoldersAndPipesAreRefused() throws {
    try KeyFile.write([1], to: path)
    let link = tool.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(throws: KeyFileError.isSymbolicLink(path: link)) { try KeyFile.read(link) }
    #expect(throws: KeyFileError.notRegular(path: tool.folder)) { try KeyFile.read(tool.folder) }
    let pipe = tool.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: KeyFileError.notRegular(path: pipe)) { try KeyFile.read(pipe) }
    #expect(throws: KeyFileError.missing(path: tool.path("none"))) { try KeyFile.read(tool.path("none")) }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func filesOfOtherUsersAreRefused() throws {
    try KeyFile.write([1], to: path)
    try #require(chown(path, 12_345, 12_345) == 0)
    #expect(throws: KeyFileError.otherOwner(path: path)) { try KeyFile.read(path) }
  }

  @Test func largeFilesAreRefused() throws {
    try KeyFile.write([UInt8](repeating: 0, count: 65_536), to: path)
    #expect(try KeyFile.read(path).count == 65_536)
    let large = tool.path("large")
    try KeyFile.write([UInt8](repeating: 0, count: 65_537), to: large)
    #expect(throws: KeyFileError.tooLarge(path: large)) { try KeyFile.read(large) }
  }
}
