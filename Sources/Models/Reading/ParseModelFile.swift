import CanonicalJSON

/// The largest file of a model release.
package let maximumModelFileBytes = 64 << 20

/// The most inputs of one model.
let maximumInputs = 10_000

private let limits = JSONLimits(
  maximumBytes: maximumModelFileBytes, maximumDepth: 8, maximumValues: 1_000_000)

/// Reads a vendor's file and says in every error which file it was.
func parseModelFile<Content>(
  _ file: ModelFile, _ bytes: [UInt8], _ read: (ForeignField) throws(DocumentError) -> Content
) throws(ModelError) -> Content {
  let value: ForeignJSONValue
  do { value = try parseForeignJSON(bytes, limits: limits) } catch { throw .syntax(file, error) }
  do { return try read(ForeignField(value: value, path: "")) } catch { throw .content(file, error) }
}

extension [String] {
  /// The first text that stood there before, byte for byte.
  var firstRepeated: String? {
    var seen: Set<Cell> = []
    return first { !seen.insert(Cell($0.utf8)).inserted }
  }

  /// Each text once, in order of its first appearance.
  var firstOfEach: [String] {
    var seen: Set<Cell> = []
    return filter { seen.insert(Cell($0.utf8)).inserted }
  }
}
