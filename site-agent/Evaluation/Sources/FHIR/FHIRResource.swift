import CanonicalJSON

/// One resource of a bulk export: what is asked for by name is read, the rest is not looked at.
struct FHIRResource {
  let type: String
  let content: ForeignJSONValue

  private static let limits = JSONLimits(
    maximumBytes: LineReader.longestLine, maximumDepth: 64, maximumValues: 200_000,
    maximumStringBytes: LineReader.longestLine)

  /// Reads a line; nil where it is no JSON object with a type.
  init?(line: [UInt8]) {
    guard let content = try? parseForeignJSON(line, limits: Self.limits),
      let type = content.member("resourceType")?.string
    else { return nil }
    self.type = type
    self.content = content
  }

  /// The resource's own id; nil where it has none that FHIR allows.
  var id: String? { content.member("id")?.string.flatMap { isFHIRIdentifier($0) ? $0 : nil } }

  /// The id of the resource that a member refers to, if that is of the type.
  func reference(_ name: String, to type: String) -> String? {
    content.member(name)?.member("reference")?.string.flatMap { referredID(in: $0, type: type) }
  }
}

/// The id in a relative or absolute reference; nil for one of another type, a contained resource, or a `urn:`.
func referredID(in reference: String, type: String) -> String? {
  var parts = reference.split(separator: "/", omittingEmptySubsequences: false)
  if parts.count >= 4, parts[parts.count - 2] == "_history" { parts.removeLast(2) }
  guard parts.count >= 2, parts[parts.count - 2] == type else { return nil }
  let id = String(parts[parts.count - 1])
  return isFHIRIdentifier(id) ? id : nil
}

private func isFHIRIdentifier(_ text: String) -> Bool {
  (1...64).contains(text.utf8.count)
    && text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
    }
}

extension ForeignJSONValue {
  /// The value under a key of an object.
  func member(_ name: String) -> ForeignJSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.hasSameBytes(as: name) }?.value
  }

  /// The text of a string.
  var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The elements of a list; none of anything else.
  var elements: [ForeignJSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  /// The text of a single value as a cell has it; nil for a container and for null.
  var cellText: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .boolean(let flag): flag ? "true" : "false"
    case .object, .array, .null: nil
    }
  }

  /// The text that stands at a path; empty where there is none.
  func text(at path: FHIRFlattening.Path) -> String {
    var value = self
    for name in path.names {
      guard let next = value.member(name) else { return "" }
      guard case .array(let elements) = next else {
        value = next
        continue
      }
      guard let element = elements.element(of: path.system) else { return "" }
      value = element
    }
    return value.cellText ?? ""
  }
}

extension [ForeignJSONValue] {
  /// The first element, or the first one of a system where elements have one.
  fileprivate func element(of system: String?) -> ForeignJSONValue? {
    guard let system, contains(where: { $0.member("system") != nil }) else { return first }
    return first { $0.member("system")?.string?.hasSameBytes(as: system) ?? false }
  }
}
