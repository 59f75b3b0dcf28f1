import Foundation
import Testing

/// A row of `coordinator routes --json`.
struct WireRoute {
  let name: String
  let method: String
  let pattern: String
  let roles: [String]
  let hasBody: Bool

  func path(_ parameters: [String: String]) -> String {
    parameters.reduce(pattern) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
  }
}

/// The routes of the api port.
func wireRoutes() throws -> [WireRoute] {
  let routes = try json(Programs.require("coordinator", ["routes", "--json"]))["routes"]
  let rows = try #require(routes as? [[String: Any]]).filter { $0["port"] as? String == "api" }.map {
    WireRoute(
      name: $0["name"] as? String ?? "", method: $0["method"] as? String ?? "",
      pattern: $0["pattern"] as? String ?? "", roles: $0["roles"] as? [String] ?? [],
      hasBody: ($0["bodyLimit"] as? Int ?? 0) > 0)
  }
  #expect(rows.count >= 46)
  return rows
}
