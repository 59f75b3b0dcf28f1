/// What a source left out by its rules and whoever prepares the data should know. None carries a number: a small one
/// would be a count of patients.
package enum TableNote: String, Sendable, CaseIterable {
  case observationsWithoutEncounter =
    "some observations name no encounter that is in the files; they were not used"
  case observationsWithoutPatient =
    "some observations name no patient that is in the files; they were not used"
  case observationsWithoutTime = "some observations have no time with a zone; they were not used"
  case valuesNotUsed =
    "some observations have no value that can be used, such as one with a comparator; they were not used"
  case conditionsWithoutReference =
    "some conditions name no encounter or patient that is in the files; they were not used"
  case conditionsWithoutDate = "some conditions have no date of onset or record; they were not used"
  case encountersNotTaken = "some encounters are planned, cancelled or entered in error; they are no rows"
}
