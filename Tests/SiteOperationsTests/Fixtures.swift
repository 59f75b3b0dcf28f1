import Attestations
import CanonicalJSON
import Foundation
import SiteOperations
import TestSupport
import Testing

/// Identities that a test makes up.
enum SigningKeyPair {
  static func evidence() throws -> SigningIdentity {
    try SigningIdentity.create(role: .evidence, now: UTCTime(parsing: "2026-05-01T09:00:00Z"))
  }
}

func removeFile(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

func append(_ text: String, to path: String) throws {
  let handle = try #require(FileHandle(forWritingAtPath: path))
  try handle.seekToEnd()
  try handle.write(contentsOf: Data(text.utf8))
  try handle.close()
}

func overwrite(_ text: String, at path: String) throws {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

/// Another table of the same size: the last digit of the file is another one.
func changeOneDigit(in path: String) throws {
  var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  let place = try #require(bytes.lastIndex { (0x30...0x39).contains($0) })
  bytes[place] = bytes[place] == 0x30 ? 0x31 : 0x30
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

func create(_ text: String, at path: String) throws {
  try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
}

/// The frozen rows of an agent's only dataset.
func snapshotFile(of agent: TestAgent) throws -> String {
  let names = try FileManager.default.contentsOfDirectory(atPath: agent.directory.snapshots)
  let files = names.filter { $0.hasSuffix(".columns") }
  try #require(files.count == 1)
  return "\(agent.directory.snapshots)/\(files[0])"
}

/// Changes one byte in the middle of a file that nobody may write to.
func changeOneByte(of path: String) throws {
  var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  bytes[bytes.count / 4] ^= 1
  try FileManager.default.removeItem(atPath: path)
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// Somebody who edits a store behind the agent's back, with SQLite's own shell through Python.
enum OtherHand {
  static func edit(_ path: String, _ statement: String) throws {
    let script = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute(sys.argv[2])\nc.commit()"
    let outcome = try OtherProgram.run("python3", ["-c", script, path, statement])
    try #require(outcome.status == 0)
  }
}

func setMode(_ mode: Int, of path: String) throws {
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
