import CanonicalJSON
import CoordinatorAPI
import ServiceRuntime
import Transport

/// A person's commands to the coordinator, over the API like everybody's.
struct APIClient {
  let profile: Profile
  private let http: HTTPClient

  /// A client with the profile in a folder.
  init(profileIn folder: String) throws {
    profile = try Profile.load(from: folder)
    http = try HTTPClient(
      baseURL: profile.url, tls: profile.tls, proxy: .none, userAgent: "equipoise/\(CoordinatorTool.version)")
  }

  /// A client of the join port, for a profile that is being made: it shows no certificate.
  init(joiningAt url: String, as profile: Profile, tls: ClientTLS) throws {
    self.profile = profile
    http = try HTTPClient(
      baseURL: url, tls: tls, proxy: .none, userAgent: "equipoise/\(CoordinatorTool.version)")
  }

  /// Asks for a document.
  func get<Document: WireDocument>(
    _ path: String, query: String? = nil, timeout: Duration = .seconds(40)
  ) async throws -> Document {
    try Document.parse(await send("GET", path, query: query, body: nil, timeout: timeout))
  }

  /// Sends a document and reads the one that answers it.
  func send<Document: WireDocument>(
    _ method: String, _ path: String, _ body: some WireDocument
  ) async throws -> Document {
    try Document.parse(await send(method, path, body: body.encode()))
  }

  /// Sends bytes and returns bytes; an answer that is a problem is thrown as the error it describes.
  func send(
    _ method: String, _ path: String, query: String? = nil, body: [UInt8]?,
    contentType: String = "application/json", timeout: Duration = .seconds(60),
    maximumResponseBytes: Int = 64 << 20
  ) async throws -> [UInt8] {
    let response = try await http.send(
      ClientRequest(
        method: method, path: path, query: query, body: body, contentType: body.map { _ in contentType },
        timeout: timeout, maximumResponseBytes: maximumResponseBytes))
    guard (200..<300).contains(response.status) else { throw refusal(response) }
    return response.body
  }

  private func refusal(_ response: ClientResponse) -> ToolError {
    guard let problem = try? Problem.parse(response.body) else {
      return ToolError(
        "the coordinator answered with status \(response.status) and no reason",
        remedy: "look into the coordinator's log", exitCode: .unreachable)
    }
    return ToolError(
      problem.detail, remedy: problem.remedy,
      exitCode: response.status >= 500 || response.status == 429 ? .unreachable : .inputRefused)
  }
}
