package import CanonicalJSON

/// Why the files of a matrix were refused.
package enum MatrixError: Error, Equatable {
  case syntax(path: String, JSONError)
  case document(path: String, DocumentError)
  case misplaced(String)
  case missing(String)
}

extension MatrixError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let path, let error): "matrix/\(path) is not canonical JSON: \(error)"
    case .document(let path, let error): "matrix/\(path): \(error)"
    case .misplaced(let path): "matrix/\(path) does not belong there"
    case .missing(let path): "matrix/\(path) is missing"
    }
  }

  /// What whoever holds the files can do.
  package var remedy: String { "make the matrix again with `evidence recompute`" }
}
