import CanonicalJSON
import Cryptography
import Foundation
import Storage
import Tenancy
import TestSupport
import Testing

@Suite struct DeploymentTests {
  private func create(
    _ folder: String, name: String = "demo.equipoise.test", servers: [String] = ["localhost"],
    passphrase: [UInt8] = passphrase
  ) throws -> CreatedDeployment {
    try Deployment.create(
      directory: folder, name: name, serverNames: servers, apiURL: "https://localhost:8443",
      operatorName: "Olga", passphrase: passphrase, now: at(0))
  }

  @Test func aNewDeploymentOpensAndKnowsItsOperator() throws {
    try withTemporaryDirectory { above in
      let folder = above + "/coordinator"
      let created = try create(folder)
      #expect(try folderNames(above) == ["coordinator"])
      let deployment = try Deployment.open(directory: folder, now: at(1))
      #expect(deployment.root.publicKey.digest == created.rootFingerprint)
      let leaf = try Certificate(pem: fileBytes(created.profileFolder + "/client.pem"))
      let anchor = try #require(deployment.tenants.anchors.first)
      let identity = try #require(
        deployment.register.admit(leaf: leaf, anchorKeyDigest: anchor.publicKey.digest, at: at(1)))
      #expect(identity.role == .operator && identity.tenant == "operators")
      #expect(identity.principal == .user(id: created.firstOperator))
      #expect(
        String(decoding: try fileBytes(created.profileFolder + "/profile.json"), as: UTF8.self)
          == #"{"format":"urn:equipoise:profile:v1","tenant":"operators","url":"https://localhost:8443","#
          + #""user":"\#(created.firstOperator)"}"#)
      #expect(
        try SigningKey(pem: fileBytes(created.profileFolder + "/client.key")).verificationKey
          == leaf.publicKey)
      #expect(
        try Certificate(pem: fileBytes(created.profileFolder + "/server-ca.pem"))
          == deployment.serverAuthority)
    }
  }

  @Test func onlyTheOwnerCanReadKeysAndStores() throws {
    try withTemporaryDirectory { above in
      let folder = above + "/coordinator"
      _ = try create(folder)
      let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
      for name in names + [""] {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
        let mode = try #require(attributes[.posixPermissions] as? Int)
        let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
        let isPublic = name.hasSuffix(".pem") || name.hasSuffix(".json")
        #expect(mode == (isFolder ? 0o700 : isPublic ? 0o644 : 0o600), "\(name) \(String(mode, radix: 8))")
      }
      #expect(names.contains("root/root.key"))
      #expect(String(decoding: try fileBytes(folder + "/root/root.key"), as: UTF8.self).contains("ENCRYPTED"))
    }
  }

  @Test func nothingIsOverwrittenAndNothingHalfMadeIsLeft() throws {
    try withTemporaryDirectory { above in
      let folder = above + "/coordinator"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      #expect(throws: TenancyError.exists(folder)) { try create(folder) }
      #expect(try folderNames(folder).isEmpty)
      let other = above + "/other"
      #expect(throws: TenancyError.self) { try create(other, servers: ["localhost", "10.0.0.256"]) }
      #expect(throws: TenancyError.self) { try create(other, name: "Demo") }
      #expect(throws: TenancyError.self) { try create(other, servers: []) }
      #expect(throws: TenancyError.self) { try create(other, servers: ["a,DNS:b"]) }
      #expect(throws: TenancyError.self) { try create(other, passphrase: Array("short".utf8)) }
      #expect(try folderNames(above) == ["coordinator"])
    }
  }

  @Test func oneProcessOpensItAtATime() async throws {
    let world = try await World.make()
    #expect(throws: StorageError.inUse(world.folder + "/lock")) {
      try Deployment.open(directory: world.folder, now: at(1))
    }
  }

  @Test(
    "a missing part stops the start",
    arguments: [
      "deployment.json", "root/root.pem", "server/server.key", "server/intermediate.pem",
      "store/deployment.sqlite",
      "store/TENANT.sqlite", "store/operators.sqlite", "keys/TENANT/intermediate.key",
      "keys/TENANT/evidence/leaf.key", "keys/operators/intermediate.pem",
    ])
  func missingParts(name: String) async throws {
    let world = try await World.make()
    let copy = try CrashedCopy(of: world.folder)
    let path = copy.path + "/" + name.replacingOccurrences(of: "TENANT", with: world.tenants[0])
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    #expect(throws: (any Error).self) { try Deployment.open(directory: copy.path, now: at(1)) }
    #expect(!FileManager.default.fileExists(atPath: path), "it was not made anew")
  }

  @Test func anOlderListOfTenantsStopsTheStart() async throws {
    let world = try await World.make()
    let path = world.folder + "/store/deployment.sqlite"
    let copy = try CrashedCopy(of: world.folder)
    let list = try Database(
      opening: copy.path + "/store/deployment.sqlite", journal: .writeAhead,
      schemas: [Schema(owner: "deployment", steps: [""])], createIfMissing: false)
    try list.run("DELETE FROM tenant WHERE id = ?1", [.text(world.tenants[1])])
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(
      throws: TenancyError.inconsistent(
        path: copy.path + "/store/deployment.sqlite", problem: "tenant \(world.tenants[1]) is not listed")
    ) { try Deployment.open(directory: copy.path, now: at(1)) }
  }

  @Test("a part of another tenant or a damaged one stops the start", arguments: 0..<4)
  func damagedParts(kind: Int) async throws {
    let world = try await World.make()
    let copy = try CrashedCopy(of: world.folder)
    let tenants = world.tenants.map { copy.path + "/keys/" + $0 }
    let stores = world.tenants.map { copy.path + "/store/" + $0 + ".sqlite" }
    func exchange(_ paths: [String]) throws {
      try FileManager.default.moveItem(atPath: paths[0], toPath: paths[0] + ".aside")
      try FileManager.default.moveItem(atPath: paths[1], toPath: paths[0])
      try FileManager.default.moveItem(atPath: paths[0] + ".aside", toPath: paths[1])
    }
    switch kind {
    case 0: try exchange(tenants.map { $0 + "/intermediate.pem" })
    case 1: try exchange(tenants)
    case 2:
      for path in stores { try Database(closing: path) }
      try exchange(stores)
    default:
      try Database(closing: stores[0])
      try Data("not a database".utf8).write(to: URL(fileURLWithPath: stores[0]))
    }
    #expect(throws: (any Error).self) { try Deployment.open(directory: copy.path, now: at(1)) }
  }

  @Test func theServerCertificateIsRenewedWithoutTheRoot() async throws {
    let world = try await World.make()
    try FileManager.default.removeItem(atPath: world.folder + "/root/root.key")
    #expect(try world.deployment.serverCertificateEnd() == at(90 * day))
    let before = try fileBytes(world.deployment.serverKeyPath)
    try world.deployment.renewServerCertificate(now: at(60 * day))
    #expect(try world.deployment.serverCertificateEnd() == at(150 * day))
    #expect(try fileBytes(world.deployment.serverKeyPath) != before)
    let text = String(decoding: try fileBytes(world.deployment.serverChainPath), as: UTF8.self)
    #expect(text.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
    if OtherProgram.path("openssl") != nil {
      let checked = try OtherProgram.run(
        "openssl",
        [
          "verify", "-x509_strict", "-partial_chain", "-attime", "\(at(61 * day).secondsSinceEpoch)",
          "-purpose",
          "sslserver", "-verify_ip", "127.0.0.1", "-CAfile", world.folder + "/server/intermediate.pem",
          world.deployment.serverChainPath,
        ])
      #expect(checked.status == 0)
    }
  }

  @Test func aRenewalThatWasCutOffIsRepairedAtTheStart() async throws {
    let world = try await World.make()
    let copy = try CrashedCopy(of: world.folder)
    let path = copy.path + "/server/server.key"
    try FileManager.default.removeItem(atPath: path)
    try KeyFile.write(SigningKey().pem(), to: path)
    let opened = try Deployment.open(directory: copy.path, now: at(60 * day))
    #expect(try opened.serverCertificateEnd() == at(150 * day))
  }

  @Test func anOperatorWhoseCertificateExpiredComesBackOnTheServer() async throws {
    let world = try await World.make()
    let folder = world.folder + "/second"
    let user = try await world.deployment.addOperator(
      name: "Otto", apiURL: "https://localhost:8443", profileFolder: folder, now: at(40 * day))
    let leaf = try Certificate(pem: fileBytes(folder + "/client.pem"))
    let path = world.folder + "/keys/operators/intermediate.pem"
    let anchor = try Certificate(pem: fileBytes(path)).publicKey.digest
    let identity = world.register.admit(leaf: leaf, anchorKeyDigest: anchor, at: at(41 * day))
    #expect(identity?.role == .operator && identity?.principal == .user(id: user))
  }
}

extension Database {
  /// Opens and closes a file, which folds its journal into it.
  @discardableResult
  fileprivate convenience init(closing path: String) throws {
    try self.init(
      opening: path, journal: .writeAhead, schemas: [Schema(owner: "tenancy", steps: ["", ""])],
      createIfMissing: false)
  }
}
