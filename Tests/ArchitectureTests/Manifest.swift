/// What `Package.swift` says, read as text: the manifest is written as one call for each target.
struct Manifest: Sendable {
  enum Kind: String, Sendable { case module, tool, tests }

  struct Target: Sendable {
    let kind: Kind
    let name: String
    let dependencies: Set<String>
    /// The target's folder, from the repository's root.
    let folder: String
  }

  let targets: [Target]

  init(text: String) {
    // Targets are calls inside the list that follows `targets:`; the helpers are defined before it.
    let list = text.split(separator: "  targets: [", maxSplits: 1).last ?? ""
    targets = list.matches(of: /(module|tool|tests)\(\s*"(\w+)"((?:[^()]|\([^()]*\))*)\)/).compactMap {
      match in
      guard let kind = Kind(rawValue: String(match.output.1)) else { return nil }
      let name = String(match.output.2)
      let arguments = match.output.3
      let dependencies = arguments.firstMatch(of: /^,\s*\[([^\]]*)\]/)?.output.1 ?? ""
      let path = arguments.firstMatch(of: /path:\s*"([^"]+)"/)?.output.1
      return Target(
        kind: kind, name: name,
        dependencies: Set(dependencies.matches(of: /"(\w+)"/).map { String($0.output.1) }),
        folder: path.map(String.init) ?? (kind == .tests ? "Tests/" : "Sources/") + name)
    }
  }
}
