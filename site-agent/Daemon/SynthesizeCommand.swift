import CanonicalJSON
import ServiceRuntime
import SiteEvaluation

private let hospital = Parameter<Int>.integer(
  "--hospital", "which made-up hospital", in: 1...SyntheticCohort.maximumHospitals)
private let rows = Parameter<Int>.integer(
  "--rows", "rows to make", in: 1...SyntheticCohort.maximumRows
).defaulting(to: 20_000)
private let seed = Parameter<Int>.integer("--seed", "the same seed gives the same bytes", in: 0...Int.max)
  .defaulting(to: 1)
private let out = Parameter<String>.path("--out", "folder to write data.csv and dataset.json into")

/// `site-agent dataset synthesize`: a made-up hospital's rows over twelve months, declared synthetic.
let synthesizeCommand = Command(
  "dataset synthesize", "make a synthetic hospital's rows over twelve months; nobody's data",
  [hospital, rows, seed, out], example: "dataset synthesize --hospital 1 --rows 20000 --seed 7 --out h1"
) { arguments, console in
  let cohort = try SyntheticCohort(
    seed: UInt64(arguments[seed]), hospital: arguments[hospital], rows: arguments[rows])
  try makeDirectory(arguments[out])
  let declaration = cohort.declaration(extractedAt: try UTCTime(parsing: "2026-01-15T00:00:00Z"))
  try writeFileAtomically(to: "\(arguments[out])/data.csv") { write throws(FileError) in
    try cohort.write(write)
  }
  try writeFileAtomically(declaration.encode(), to: "\(arguments[out])/dataset.json")
  console.print(
    "\("synthetic", .yellow): \(arguments[rows]) rows of made-up hospital \(arguments[hospital]); nobody's data"
  )
  return .done
}
