package import Aggregates
package import CanonicalJSON

package import ColumnFiles
package import Models

/// Why a site's rows could not be evaluated. None of them carries a cell or a small count.
package enum SiteEvaluationError: Error, Equatable {
  case noFiles
  case unknownSite(String)
  case model(ModelError)
  case policy(PolicyError)
  case table(TableError)
  /// More than this share of the rows read is unreadable; how many are is not said.
  case tooManyUnreadableRows(share: ExactDecimal)
  case tooManyRows(limit: Int)
  /// Two paths lead to the same rows, which would count twice.
  case sameFileTwice(String, String)
  /// The column file that the rows are kept in.
  case snapshot(ColumnFileError)
  /// What was seen of the rows before any was scored.
  case intake(IntakeError)
  /// The comparator's column in the file is the one that holds the model's own score.
  case baselineIsTheModel(column: String)
  /// The protocol names other inputs for the explanation than the model has; which, in words.
  case explainedInputs(String)
  /// Disclosure control keeps back every reference profile that the draft asks for.
  case everyProfileWithheld([WithheldProfile])
}

extension SiteEvaluationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noFiles: "the dataset has no file"
    case .unknownSite(let site): "the protocol does not list the site \(site)"
    case .model(let error): error.description
    case .policy(let error): error.description
    case .table(let error): error.description
    case .tooManyUnreadableRows(let share):
      "more than the share of \(share.text) of all rows cannot be read, which is the most that the protocol bears"
    case .tooManyRows(let limit): "the dataset has more than \(limit) rows"
    case .sameFileTwice(let first, let second): "\(first) and \(second) have the same content"
    case .snapshot(let error): error.description
    case .intake(let error): error.description
    case .baselineIsTheModel(let column):
      "the baseline is read from the column \(column), which holds the model's own score"
    case .explainedInputs(let problem): "the explanation is not of the model's inputs: \(problem)"
    case .everyProfileWithheld(let profiles):
      "no reference profile may leave: "
        + profiles.prefix(5).map { "\($0.id): \($0.explanation)" }.joined(separator: "; ")
        + (profiles.count > 5 ? "; …" : "")
    }
  }

  /// What whoever runs the evaluation can do.
  package var remedy: String {
    switch self {
    case .noFiles: "give at least one data file"
    case .unknownSite: "check the site's id, or ask for a version of the protocol that lists it"
    case .model(let error): error.remedy
    case .policy(let error): error.remedy
    case .table(let error): error.remedy
    case .tooManyUnreadableRows:
      "write the file again: every row with as many cells as the header, in UTF-8, quotes inside cells doubled"
    case .tooManyRows: "divide the dataset by time and evaluate each part under its own windows"
    case .sameFileTwice: "give every file once"
    case .snapshot(let error): error.remedy
    case .intake(let error): error.remedy
    case .baselineIsTheModel:
      "map the baseline's column to the comparator's score, or ask for a protocol whose baseline is another column"
    case .explainedInputs: "ask for a protocol whose analysis.explanation names all inputs of the model"
    case .everyProfileWithheld:
      "take a larger dataset, or ask for fewer edges and levels in the draft's drift and slices"
    }
  }
}
