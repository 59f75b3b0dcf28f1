import Aggregates
package import CanonicalJSON

/// A made-up hospital's rows for trying things out: nobody's data, and nothing to conclude from.
///
/// One row a prediction, over the twelve months of 2025: six attributes, seven measured values with gaps, the
/// stored scores of a good and of a simpler model, and whether the patient deteriorated within 24 hours. Hospitals
/// differ in risk, in calibration, in what they leave unmeasured and in whom they treat. The same numbers
/// give the same bytes on every machine. A cohort may end earlier, as an extract in the middle of the year does, and
/// its score may lose its meaning from some day on; the other cells are then the same.
///
/// Columns and construction: `protocols/site-files.md`, section "Synthetic cohorts".
package struct SyntheticCohort: Sendable {
  package let seed: UInt64
  /// Which hospital, counted from 1.
  package let hospital: Int
  /// How many rows the whole year has.
  package let rows: Int
  /// Only rows before this time are written, as an extract of that day has them; nil for the whole year.
  package let until: UTCTime?
  /// From this time on the score of the model under test has lost its meaning here; nil where it keeps it.
  package let driftFrom: UTCTime?

  /// The most rows of one cohort.
  package static let maximumRows = 100_000_000
  /// The most hospitals.
  package static let maximumHospitals = 10_000

  /// The columns in the order of the file, and what they hold.
  package static let columns: [(name: String, meaning: String)] = [
    ("encounter_id", "made-up identifier of the prediction; begins with SYN-"),
    ("patient_id", "made-up identifier of the patient; begins with SYN-P-; some patients have several rows"),
    ("prediction_time", "time of the prediction in UTC, in 2025"), ("age", "years, 18 to 95"),
    ("sex", "female, male"), ("race", "white, black, hispanic, asian; may be empty"),
    ("insurance", "medicare, private, medicaid, uninsured"),
    ("unit", "medical, surgical, stepdown, emergency"),
    ("language", "english, spanish, other; may be empty"), ("heart_rate", "beats a minute; may be empty"),
    ("respiratory_rate", "breaths a minute; may be empty"), ("systolic_pressure", "mm Hg; may be empty"),
    ("temperature", "degrees Celsius; may be empty"), ("oxygen_saturation", "percent; may be empty"),
    ("lactate", "mmol/l; often empty"), ("white_cell_count", "10^9/l; may be empty"),
    ("score", "stored score of the model under test, 4 decimals; rarely empty"),
    ("baseline_score", "stored score of a simpler early-warning score, 4 decimals"),
    ("label", "1 deteriorated within 24 hours, 0 did not; empty where not known"),
  ]

  /// A cohort; nothing is made yet.
  ///
  /// - Throws: `SyntheticCohortError` when a number is out of bounds.
  package init(
    seed: UInt64, hospital: Int, rows: Int, until: UTCTime? = nil, driftFrom: UTCTime? = nil
  ) throws(SyntheticCohortError) {
    guard (1...Self.maximumHospitals).contains(hospital) else { throw .hospitalOutOfBounds }
    guard (0...Self.maximumRows).contains(rows) else { throw .rowsOutOfBounds }
    for time in [until, driftFrom] {
      guard SyntheticRows.year.contains(time.map(SyntheticRows.second(of:)) ?? 0) else {
        throw .timeOutOfBounds
      }
    }
    self.seed = seed
    self.hospital = hospital
    self.rows = rows
    self.until = until
    self.driftFrom = driftFrom
  }

  /// Writes the table as CSV, in pieces of some 64 KiB.
  ///
  /// - Returns: how many rows were written.
  @discardableResult
  package func write<Failure: Error>(_ sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) -> Int {
    let source = SyntheticRows(
      SyntheticHospital(hospital, seed: seed), seed: seed, number: hospital,
      driftSecond: driftFrom.map(SyntheticRows.second(of:)))
    let end = until.map(SyntheticRows.second(of:)) ?? SyntheticRows.year.upperBound
    var patients = 0
    var written = 0
    var random = RandomStream(seed, 2, UInt64(hospital))
    var piece = Array(Self.columns.map(\.name).joined(separator: ",").utf8) + [0x0A]
    for row in 0..<rows {
      // A sixth of the rows is of a patient who was there before.
      let comesBack = random.happens(1 / 6) && patients > 0
      let patient = comesBack ? random.integer(below: patients) : patients
      if !comesBack { patients += 1 }
      guard let line = source.line(row: row, patient: patient, before: end) else { continue }
      written += 1
      piece += line.utf8
      piece.append(0x0A)
      if piece.count >= 1 << 16 {
        try sink(piece)
        piece.removeAll(keepingCapacity: true)
      }
    }
    if !piece.isEmpty { try sink(piece) }
    return written
  }

  /// The declaration that belongs to the table; it says that the data are synthetic.
  package func declaration(extractedAt time: UTCTime) -> DatasetDeclaration {
    let day = until.map { "-before-\($0.text.prefix(10))" } ?? ""
    let drift = driftFrom.map { ", drift from \($0.text)" } ?? ""
    return DatasetDeclaration(
      id: "synthetic-\(hospital)\(day)", dataClass: .synthetic, source: "equipoise synthetic cohort",
      sourceVersion: "1, seed \(seed), hospital \(hospital), \(rows) rows\(drift)", extractedAt: time,
      deidentification: "made by a program; no row is about a person", license: "CC0-1.0")
  }
}

/// Why a cohort cannot be made.
package enum SyntheticCohortError: Error, Equatable {
  case hospitalOutOfBounds
  case rowsOutOfBounds
  case timeOutOfBounds
}

extension SyntheticCohortError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .hospitalOutOfBounds: "there is no such hospital"
    case .rowsOutOfBounds: "a cohort cannot have so many rows"
    case .timeOutOfBounds: "a cohort is of the year 2025, and the time is not"
    }
  }

  /// What to ask for instead.
  package var remedy: String {
    switch self {
    case .hospitalOutOfBounds: "give a hospital from 1 to \(SyntheticCohort.maximumHospitals)"
    case .rowsOutOfBounds: "give 0 to \(SyntheticCohort.maximumRows) rows"
    case .timeOutOfBounds: "give a time from 2025-01-01T00:00:00Z to 2026-01-01T00:00:00Z"
    }
  }
}
