import CoordinatorAPI
import ServiceRuntime

/// The path of a route; a parameter that no path can have is the caller's mistake.
func path(_ name: RouteName, _ parameters: [RouteParameter: String] = [:]) throws -> String {
  guard let path = RouteTable.path(name, parameters) else {
    let given = parameters.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
    throw ToolError("not an identifier: \(given)", remedy: "copy it from a list", exitCode: .usage)
  }
  return path
}

/// Makes the folder that a file is to be written into.
func makeFolder(of file: String) throws {
  guard let slash = file.lastIndex(of: "/"), slash != file.startIndex else { return }
  try makeDirectory(String(file[..<slash]))
}
