/// A document that is good JSON but not a good document of its kind.
package struct DocumentError: Error, Equatable {
  /// Where, such as `phases[0].goCriteria[2].limit`; empty for the whole document.
  package let path: String
  /// What is wrong there, without the value.
  package let problem: String
  /// What the author can do.
  package let remedy: String

  /// An error at a place.
  package init(path: String, problem: String, remedy: String) {
    self.path = path
    self.problem = problem
    self.remedy = remedy
  }
}

extension DocumentError: CustomStringConvertible {
  /// The place and the problem.
  package var description: String { "\(path.isEmpty ? "document" : path): \(problem)" }
}
