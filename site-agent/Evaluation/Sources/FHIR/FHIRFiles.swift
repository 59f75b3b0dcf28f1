import Cryptography

/// The types of resources that a table is made of, in the order in which they are read.
enum FHIRType: String, CaseIterable {
  case patient = "Patient"
  case encounter = "Encounter"
  case condition = "Condition"
  case observation = "Observation"
}

/// The files of an export: what each holds by its first line, and then all of each.
final class FHIRFiles {
  private let files: [(path: String, type: FHIRType?)]
  private var digests: [Digest?]
  let size: Int
  /// Called after some lines; everything is read in the step to the first row.
  var whileReading: (() -> Void)?
  private var bytesBefore = 0
  private var current: TableFile?
  var bytesTaken: Int { bytesBefore + (current?.taken ?? 0) }

  /// Looks at the first line of each file.
  ///
  /// - Throws: `TableError`.
  init(_ paths: [String]) throws(TableError) {
    var files: [(path: String, type: FHIRType?)] = []
    var size = 0
    for path in paths {
      let file = try TableFile(opening: path)
      size += file.size
      files.append((path, try firstType(in: file)))
    }
    self.files = files
    self.size = size
    digests = Array(repeating: nil, count: files.count)
  }

  /// Whether a type may be without resources: it has a file, or some file has none.
  func offers(_ type: FHIRType) -> Bool { files.contains { $0.type == type || $0.type == nil } }

  /// Reads all resources of a type, or only the files' digests where nobody needs them.
  func read(
    _ type: FHIRType, isNeeded: Bool, _ take: (FHIRResource, Place) throws(TableError) -> Void
  ) throws(TableError) {
    for (index, entry) in files.enumerated() where entry.type == type {
      digests[index] = try read(entry.path, isNeeded ? type : nil, take)
    }
  }

  /// Reads the files that hold nothing; all others have to be read before.
  func finish() throws(TableError) -> [Digest] {
    for (index, entry) in files.enumerated() where entry.type == nil {
      digests[index] = try read(entry.path, nil) { _, _ in }
    }
    return digests.compactMap { $0 }
  }

  /// Where a resource stands, for an error about it.
  struct Place {
    let path: String
    let line: Int

    func error(_ problem: (Int) -> FHIRProblem) -> TableError { .fhir(path: path, problem(line)) }
  }

  private func read(
    _ path: String, _ type: FHIRType?, _ take: (FHIRResource, Place) throws(TableError) -> Void
  ) throws(TableError) -> Digest {
    let file = try TableFile(opening: path)
    current = file
    defer {
      bytesBefore += file.taken
      current = nil
    }
    if let type {
      var lines = LineReader(try unpackedBytes(of: file))
      while let line = try lines.next() {
        let place = Place(path: path, line: lines.line)
        if lines.line & 63 == 0 { whileReading?() }
        guard let resource = FHIRResource(line: line) else { throw place.error(FHIRProblem.notAResource) }
        guard resource.type == type.rawValue else { throw place.error(FHIRProblem.otherType) }
        try take(resource, place)
      }
    } else {
      try file.readToEnd()
    }
    guard let digest = file.digest else { throw .readFailed(path: path, reason: "it did not end") }
    return digest
  }
}

/// The type of the first resource; nil in a file without any.
private func firstType(in file: TableFile) throws(TableError) -> FHIRType? {
  var lines = LineReader(try unpackedBytes(of: file))
  guard let line = try lines.next() else { return nil }
  guard let resource = FHIRResource(line: line) else {
    throw .fhir(path: file.path, .notAResource(line: lines.line))
  }
  guard let type = FHIRType(rawValue: resource.type) else { throw .fhir(path: file.path, .unknownType) }
  return type
}
