internal import TreeKernel

/// Reads a LightGBM model (`models.md`, section "LightGBM") from the library's text form, line by line.
///
/// Every field is either read, or listed as one that has no effect on a score; any other ends the reading.
struct LightGBMReader {
  typealias Failure = TreeEnsembleError

  private var lines: LightGBMLines
  private var tree = LightGBMTree()

  /// The bytes must outlive the reader.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { lines = LightGBMLines(bytes) }

  private struct Header {
    var version = ""
    var slope = 1.0
    var featureCount = 0
    var names: [String] = []
    var treeCount = 0
  }

  mutating func read() throws(Failure) -> TreeEnsemble {
    guard try lines.next().elementsEqual("tree".utf8) else {
      throw .malformed(.lightGBMText, at: 0, expected: "the line \"tree\"")
    }
    if let place = lines.firstNUL {
      throw .malformed(.lightGBMText, at: place, expected: "a character other than NUL")
    }
    let header = try readHeader()
    do {
      var builder = try ForestBuilder(
        featureCount: header.featureCount,
        rules: ForestRules(membersGoRight: false, readsTinyAsZero: true))
      while try startsTree(builder.treeCount, of: header.treeCount) {
        try tree.read(from: &lines)
        try builder.append(from: tree)
      }
      try readTail()
      return TreeEnsemble(
        forest: .double(builder, base: 0), link: .double(slope: header.slope), featureNames: header.names,
        writer: "LightGBM \(header.version)")
    } catch let error as ForestError {
      throw .trees(error)
    } catch let error as TreeEnsembleError {
      throw error
    } catch {
      throw .truncated(.lightGBMText)
    }
  }

  private mutating func readHeader() throws(Failure) -> Header {
    var header = Header()
    var seen: Set<String> = []
    while true {
      let line = try lines.next()
      if line.isEmpty { break }
      let (key, value) = LightGBMLines.field(line)
      guard seen.insert(key).inserted else { throw .repeatedField(TreeEnsembleError.shown(key)) }
      try read(key, value, into: &header)
    }
    let required = [
      "version", "num_class", "num_tree_per_iteration", "max_feature_idx", "objective", "feature_names",
      "tree_sizes",
    ]
    for field in required where !seen.contains(field) { throw .missingField(field) }
    guard header.names.count == header.featureCount else {
      throw .wrongLength("feature_names", expected: header.featureCount, found: header.names.count)
    }
    return header
  }

  private func read(
    _ key: String, _ value: Slice<UnsafeBufferPointer<UInt8>>, into header: inout Header
  ) throws(Failure) {
    let text = String(decoding: value, as: UTF8.self)
    switch key {
    case "version":
      guard ["v3", "v4"].contains(text) else {
        throw .unknownVersion("\(TreeEnsembleError.shown(text)) of LightGBM's format")
      }
      header.version = text
    case "num_class", "num_tree_per_iteration": if text != "1" { throw .severalOutputs }
    case "max_feature_idx":
      guard let index = try LightGBMLines.integers(key, value).first, (0..<Int64(Int32.max)).contains(index)
      else { throw .wrongValue(key, expected: "an index") }
      header.featureCount = Int(index) + 1
    case "objective":
      let parts = text.split(separator: " ")
      guard parts.first == "binary" else { throw .unknownObjective(TreeEnsembleError.shown(text)) }
      guard parts.count == 2, parts[1].hasPrefix("sigmoid:") else {
        throw .wrongValue(key, expected: "\"binary sigmoid:\" and a number")
      }
      header.slope = try LightGBMLines.number(key, value[value.index(value.startIndex, offsetBy: 15)...])
      guard header.slope > 0 else { throw .wrongValue(key, expected: "of a slope above zero") }
    case "feature_names":
      guard let names = String(validating: value, as: UTF8.self) else {
        throw .wrongValue(key, expected: "UTF-8")
      }
      header.names = names.split(separator: " ").map(String.init)
    case "tree_sizes": header.treeCount = value.split(separator: UInt8(ascii: " ")).count
    case "average_output": throw .averagedTrees
    // Where the label stood, and what training did with the inputs.
    case "label_index", "feature_infos", "monotone_constraints": break
    default: throw .unknownField(TreeEnsembleError.shown(key))
    }
  }

  /// Whether another tree begins; after the last one the line that ends them is passed.
  private mutating func startsTree(_ number: Int, of count: Int) throws(Failure) -> Bool {
    var line = try lines.next()
    while line.isEmpty { line = try lines.next() }
    if line.elementsEqual("end of trees".utf8) {
      guard number == count else { throw .wrongLength("tree_sizes", expected: number, found: count) }
      return false
    }
    guard line.elementsEqual("Tree=\(number)".utf8) else {
      throw .malformed(.lightGBMText, at: line.startIndex, expected: "the line \"Tree=\(number)\"")
    }
    return true
  }

  /// Importances and training parameters have no effect on a score; a table of categories has.
  private mutating func readTail() throws(Failure) {
    var isInParameters = false
    while let line = lines.nextIfAny() {
      if line.isEmpty || line.elementsEqual("feature_importances:".utf8) { continue }
      if line.elementsEqual("parameters:".utf8) {
        isInParameters = true
      } else if line.elementsEqual("end of parameters".utf8) {
        isInParameters = false
      } else if line.starts(with: "pandas_categorical:".utf8) {
        let table = line.dropFirst(19)
        guard table.elementsEqual("null".utf8) || table.elementsEqual("[]".utf8) else { throw .categoryTable }
        while let rest = lines.nextIfAny() {
          guard rest.isEmpty else { throw .bytesAfterEnd(.lightGBMText, at: rest.startIndex) }
        }
      } else if !(isInParameters ? line.first == UInt8(ascii: "[") : line.contains(UInt8(ascii: "="))) {
        throw .malformed(.lightGBMText, at: line.startIndex, expected: "an importance or a parameter")
      }
    }
    if isInParameters { throw .truncated(.lightGBMText) }
  }
}
