internal import Attestations
internal import CanonicalJSON
internal import Cryptography
internal import Glibc

/// Where things are in a coordinator's folder, and how they are read.
struct DeploymentFolder: Sendable {
  let path: String

  var description: String { path + "/deployment.json" }
  var lock: String { path + "/lock" }
  var ballast: String { path + "/ballast" }
  var root: String { path + "/root" }
  var server: String { path + "/server" }
  var stores: String { path + "/store" }
  var keys: String { path + "/keys" }
  var deploymentStore: String { stores + "/deployment.sqlite" }
  /// The profile of the first operator.
  var operatorProfile: String { path + "/operator" }

  func store(file: String) -> String { stores + "/" + file }
  func keys(of tenant: String) -> String { keys + "/" + tenant }
  func evidence(of tenant: String) -> String { keys(of: tenant) + "/evidence" }
  func authorityKey(of tenant: String) -> String { keys(of: tenant) + "/intermediate.key" }
  func authority(of tenant: String) -> String { keys(of: tenant) + "/intermediate.pem" }

  /// A certificate file; nil when it is not there.
  func certificate(ifAt path: String) throws(TenancyError) -> Certificate? {
    do { return try Certificate(pem: try KeyFile.readPublic(path)) } catch KeyFileError.missing {
      return nil
    } catch let error as KeyFileError {
      throw .file(error)
    } catch {
      throw .inconsistent(path: path, problem: "it is not a certificate")
    }
  }

  func certificate(at path: String) throws(TenancyError) -> Certificate {
    guard let certificate = try certificate(ifAt: path) else { throw .file(.missing(path: path)) }
    return certificate
  }

  func key(at path: String) throws(TenancyError) -> SigningKey {
    let bytes: [UInt8]
    do { bytes = try KeyFile.read(path) } catch { throw .file(error) }
    do { return try SigningKey(pem: bytes) } catch { throw .cryptography(error) }
  }

  func write(key: SigningKey, to path: String) throws(TenancyError) {
    let pem: [UInt8]
    do { pem = try key.pem() } catch { throw .cryptography(error) }
    do { try KeyFile.write(pem, to: path) } catch { throw .file(error) }
  }

  func writePublic(_ bytes: [UInt8], to path: String) throws(TenancyError) {
    do { try KeyFile.writePublic(bytes, to: path) } catch { throw .file(error) }
  }

  func make(_ folder: String) throws(TenancyError) {
    do { try KeyFile.makeFolder(folder) } catch { throw .file(error) }
    try syncFolder(above: folder)
  }

  /// The tenants that have an authority's certificate, listed or not.
  func installedTenants() throws(TenancyError) -> [String] {
    try folderNames(keys).filter { access(authority(of: $0), F_OK) == 0 }
  }

  /// Makes a tenant's folder with a new authority key and new evidence keys, and gives the former.
  func makeKeys(of tenant: String, now: UTCTime) throws(TenancyError) -> SigningKey {
    let key: SigningKey
    do { key = try SigningKey() } catch { throw .cryptography(error) }
    try make(keys(of: tenant))
    try write(key: key, to: authorityKey(of: tenant))
    do {
      try SigningIdentity.create(role: .evidence, now: now).save(to: evidence(of: tenant))
    } catch {
      throw .identity(error)
    }
    return key
  }
}

/// Waits until the disk has the name of a file or folder.
func syncFolder(above path: String) throws(TenancyError) {
  let slash = path.utf8.lastIndex(of: 0x2F)
  let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw systemError("opening", of: folder) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw systemError("syncing", of: folder) }
}

/// The names in a folder, in no order.
func folderNames(_ path: String) throws(TenancyError) -> [String] {
  guard let folder = opendir(path) else { throw systemError("opening", of: path) }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

/// The error of the call that just failed.
func systemError(_ operation: String, of path: String) -> TenancyError {
  .system(operation: operation, path: path, reason: String(cString: strerror(errno)))
}

/// What `deployment.json` says.
struct DeploymentDescription: Equatable {
  let name: String
  let serverNames: [String]

  static let format = "urn:equipoise:deployment:v1"

  /// A name leaves room for the rest of a URI of 255 bytes.
  init(name: String, serverNames: [String]) throws(TenancyError) {
    guard isHostName(name), name.utf8.count <= 100 else { throw .nameInvalid("deployment name") }
    guard (1...20).contains(serverNames.count), Set(serverNames).count == serverNames.count else {
      throw .nameInvalid("list of server names")
    }
    for server in serverNames {
      guard server.utf8.contains(0x3A) || isHostName(server) else { throw .nameInvalid("server name") }
    }
    self.name = name
    self.serverNames = serverNames
  }

  func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(Self.format), "name": .string(name),
      "serverNames": .array(serverNames.map { .string($0) }),
    ])
  }

  static func parse(_ bytes: [UInt8], path: String) throws(TenancyError) -> DeploymentDescription {
    func read() throws -> (String, [String]) {
      var root = try DocumentField(try parseStrictJSON(bytes, limits: .small)).object()
      let format = try root.required("format")
      guard try format.string() == Self.format else {
        throw format.error("another format", remedy: "give a deployment")
      }
      let name = try root.required("name").string()
      var names: [String] = []
      for field in try root.required("serverNames").array(maximum: 20, minimum: 1) {
        names.append(try field.string(maximum: 253))
      }
      try root.finish()
      return (name, names)
    }
    guard let (name, names) = try? read() else {
      throw .inconsistent(path: path, problem: "it is not the description of a deployment")
    }
    return try DeploymentDescription(name: name, serverNames: names)
  }
}
