package import CanonicalJSON

/// Why a configuration file was refused. Names the file and the place in it, never a value.
package struct ConfigurationError: DescribedError, Equatable {
  /// The file.
  package let file: String
  /// The place and the problem.
  package let problem: String
  package let remedy: String

  package var description: String { "\(file): \(problem)" }

  /// An error of a file whose text is JSON.
  package init(file: String, _ error: DocumentError) {
    self.file = file
    problem = error.description
    remedy = error.remedy
  }

  init(file: String, _ error: JSONError) {
    self.file = file
    problem = error.description
    remedy = error.remedy
  }
}

/// Reads one configuration file: strict JSON as a person writes it, keys in any order.
///
/// - Throws: `FileError`, or `ConfigurationError` when it is not JSON.
package func loadConfiguration(_ path: String, maximumBytes: Int = 256 << 10) throws -> DocumentField {
  let bytes = try readFile(path, maximumBytes: maximumBytes)
  let limits = JSONLimits(maximumBytes: maximumBytes, maximumValues: 20_000)
  do {
    return DocumentField(try parseStrictJSON(bytes, limits: limits))
  } catch {
    throw ConfigurationError(file: path, error)
  }
}

/// Reads one configuration file as one object; `body` asks for its keys, and whatever it did not ask for is
/// refused.
///
/// - Throws: `FileError`, `ConfigurationError`, or what `body` throws besides `DocumentError`.
package func loadConfiguration<Settings>(
  _ path: String, maximumBytes: Int = 256 << 10,
  _ body: (inout ConfigurationSection) throws -> Settings
) throws -> Settings {
  let field = try loadConfiguration(path, maximumBytes: maximumBytes)
  do {
    return try field.section(body)
  } catch let error as DocumentError {
    throw ConfigurationError(file: path, error)
  }
}
