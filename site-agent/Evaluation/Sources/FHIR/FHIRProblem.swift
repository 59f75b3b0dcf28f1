/// Why FHIR files are no table. Lines count from 1; no case carries an id or a value.
package enum FHIRProblem: Error, Equatable {
  case notAResource(line: Int)
  case lineTooLong(line: Int, limit: Int)
  case otherType(line: Int)
  case unknownType
  /// The kind of resource that a column is made of.
  case typeMissing(String, column: String)
  case idMissing(line: Int)
  case idTwice(line: Int)
  case otherUnit(line: Int, column: String, declared: String)
  case tooMany(limit: Int)
  case rowTooLong(limit: Int)
}

extension FHIRProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAResource(let line): "line \(line) is not one FHIR resource in JSON"
    case .lineTooLong(let line, let limit): "line \(line) has more than \(limit) bytes"
    case .otherType(let line): "line \(line) holds another type of resource than the first line"
    case .unknownType: "it holds resources that are neither Patient, Encounter, Observation nor Condition"
    case .typeMissing(let type, let column):
      "no file holds \(type) resources, which column \(column) is made of"
    case .idMissing(let line): "line \(line) has no id"
    case .idTwice(let line): "line \(line) has the id of an earlier resource"
    case .otherUnit(let line, let column, let declared):
      "line \(line) has a value for column \(column) in another unit than \(declared)"
    case .tooMany(let limit): "there are more than \(limit) resources of one type"
    case .rowTooLong(let limit): "a row has more than \(limit) bytes"
    }
  }

  var remedy: String {
    switch self {
    case .notAResource: "export the file again, one resource a line"
    case .lineTooLong: "leave attachments and narratives out of the export"
    case .otherType: "give files of a bulk export, one type a file"
    case .unknownType: "give only the files that the table is made of"
    case .typeMissing: "give that file too, or an empty one where the hospital has none"
    case .idMissing, .idTwice: "export the files again, each resource once and with its id"
    case .otherUnit: "convert the values before the export, or declare a column for each unit"
    case .tooMany: "divide the dataset by time"
    case .rowTooLong: "leave long texts out of the columns"
    }
  }
}
