import CanonicalJSON
import ServiceRuntime
import SiteEvaluation

private let hospital = Parameter<Int>.integer(
  "--hospital", "which made-up hospital", in: 1...SyntheticCohort.maximumHospitals)
private let rows = Parameter<Int>.integer(
  "--rows", "rows of the whole year", in: 1...SyntheticCohort.maximumRows
).defaulting(to: 20_000)
private let seed = Parameter<Int>.integer("--seed", "the same seed gives the same bytes", in: 0...Int.max)
  .defaulting(to: 1)
private let until = Parameter<UTCTime>.custom(
  "--until", "write only rows before this time", placeholder: "TIME",
  expected: "a time such as 2025-04-01T00:00:00Z"
) { try? UTCTime(parsing: $0) }
.optional()
private let driftFrom = Parameter<UTCTime>.custom(
  "--drift-from", "from this time on the score has lost its meaning", placeholder: "TIME",
  expected: "a time such as 2025-10-01T00:00:00Z"
) { try? UTCTime(parsing: $0) }
.optional()
private let out = Parameter<String>.path("--out", "folder to write data.csv and dataset.json into")

/// `site-agent dataset synthesize`: a made-up hospital's rows over twelve months, declared synthetic.
let synthesizeCommand = Command(
  "dataset synthesize", "make a synthetic hospital's rows over twelve months; nobody's data",
  [hospital, rows, seed, until, driftFrom, out],
  example: "dataset synthesize --hospital 1 --rows 20000 --seed 7 --out h1"
) { arguments, console in
  let cohort = try SyntheticCohort(
    seed: UInt64(arguments[seed]), hospital: arguments[hospital], rows: arguments[rows],
    until: arguments[until], driftFrom: arguments[driftFrom])
  try makeDirectory(arguments[out])
  // An extract that ends early was made when it ends.
  let extractedAt = try arguments[until] ?? UTCTime(parsing: "2026-01-15T00:00:00Z")
  var written = 0
  try writeFileAtomically(to: "\(arguments[out])/data.csv") { write throws(FileError) in
    written = try cohort.write(write)
  }
  try writeFileAtomically(
    cohort.declaration(extractedAt: extractedAt).encode(), to: "\(arguments[out])/dataset.json")
  let end = arguments[until].map { ", before \($0.text)" } ?? ""
  console.print(
    "\("synthetic", .yellow): \(written) rows of made-up hospital \(arguments[hospital])\(end); nobody's data"
  )
  return .done
}
