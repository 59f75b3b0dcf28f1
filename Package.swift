// swift-tools-version: 6.1
import PackageDescription

// Targets are listed in the order of the data flow: protocol, site evaluation, disclosure control,
// signed submission, merge, gate, evidence bundle, verify. Every dependency points upwards.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// Modules whose arithmetic and parsing fill the time of the suite: optimised in debug builds too, with every
// check of arithmetic and bounds still in it. A module with a noncopyable struct that has a `deinit` must stay
// out: Swift 6.3.1, optimising file by file, destroys such a field of a class for ever.
let optimised: Set = [
  "Statistics", "CanonicalJSON", "EvaluationProtocols", "TreeKernel", "TreeEnsembles", "Aggregates",
  "Synthesis", "Gates", "Evidence",
]

// Without checks of arithmetic and bounds. Safe because the only way in is a `CountingRows`: its initialiser looks at
// every score and code and bounds the number of rows, so that no index can leave a table and no sum its 64 bits.
let unchecked: Set = ["CountingKernel"]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
  let speed: [SwiftSetting] =
    unchecked.contains(name)
    ? [.unsafeFlags(["-Ounchecked"])]
    : optimised.contains(name) ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []
  return .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings + speed)
}

func tool(
  _ name: String, _ dependencies: [Target.Dependency], path: String, exclude: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude,
    swiftSettings: settings)
}

let package = Package(
  name: "equipoise",
  products: [
    .executable(name: "site-agent", targets: ["SiteAgentTool"]),
    .executable(name: "coordinator", targets: ["CoordinatorTool"]),
    .executable(name: "evidence", targets: ["EvidenceTool"]),
  ],
  targets: [
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CEpoll"),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    module("Statistics"),
    module("CanonicalJSON"),
    module("Cryptography", ["COpenSSL"]),
    module("Attestations", ["CanonicalJSON", "Cryptography"]),
    module("EvaluationProtocols", ["CanonicalJSON", "Cryptography"]),
    module("TreeKernel"),
    module("CountingKernel"),
    module("TreeEnsembles", ["TreeKernel"]),
    module("Models", ["TreeEnsembles", "CanonicalJSON", "Cryptography", "Statistics"]),
    module("Aggregates", ["EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography"]),
    module(
      "ColumnFiles", ["EvaluationProtocols", "CanonicalJSON", "Cryptography"], path: "site-agent/Columns"),
    module(
      "SiteEvaluation",
      [
        "Models", "ColumnFiles", "CountingKernel", "Aggregates", "EvaluationProtocols", "Statistics",
        "CanonicalJSON", "Cryptography", "Storage", "CZlib",
      ],
      path: "site-agent/Evaluation"),
    module(
      "Submissions",
      ["Aggregates", "Attestations", "EvaluationProtocols", "CanonicalJSON", "Cryptography"]),
    module("PhaseGrants", ["Attestations", "EvaluationProtocols", "CanonicalJSON", "Cryptography"]),
    module(
      "Synthesis", ["Aggregates", "EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography"]),
    module(
      "Gates",
      [
        "EvaluationProtocols", "Synthesis", "PhaseGrants", "Statistics", "Attestations", "CanonicalJSON",
        "Cryptography",
      ]),
    module(
      "Evidence",
      [
        "CanonicalJSON", "Cryptography", "Attestations", "EvaluationProtocols", "Aggregates",
        "Submissions", "PhaseGrants", "Synthesis", "Gates",
      ]),
    module(
      "CoordinatorAPI",
      ["EvaluationProtocols", "Submissions", "PhaseGrants", "Gates", "CanonicalJSON", "Cryptography"]),
    module("Transport", ["COpenSSL", "CNGHTTP2", "CEpoll", "CCurl", "Cryptography"]),
    module("Storage", ["CSQLite"]),
    module("ServiceRuntime", ["CLinux", "CanonicalJSON"]),
    module(
      "ConsoleReports",
      [
        "CoordinatorAPI", "Synthesis", "Gates", "PhaseGrants", "EvaluationProtocols", "CanonicalJSON",
        "Cryptography", "ServiceRuntime",
      ]),
    module(
      "SiteOperations",
      [
        "SiteEvaluation", "ColumnFiles", "Submissions", "PhaseGrants", "Attestations", "CoordinatorAPI",
        "Storage", "Models", "Aggregates", "EvaluationProtocols", "CanonicalJSON", "Cryptography",
        "ServiceRuntime",
      ],
      path: "site-agent/Operations"),
    module(
      "Tenancy", ["Cryptography", "Storage", "Attestations", "CanonicalJSON"], path: "coordinator/Tenancy"),
    module(
      "Rounds",
      [
        "Tenancy", "CoordinatorAPI", "Submissions", "PhaseGrants", "Synthesis", "Gates", "Evidence", "Models",
        "Storage", "Aggregates", "EvaluationProtocols", "Attestations", "CanonicalJSON", "Cryptography",
      ],
      path: "coordinator/Rounds"),

    tool(
      "SiteAgentTool",
      [
        "SiteOperations", "SiteEvaluation", "ColumnFiles", "Submissions", "PhaseGrants", "Models",
        "Aggregates", "EvaluationProtocols", "Attestations", "CanonicalJSON", "Cryptography",
        "CoordinatorAPI", "Transport",
        "Storage",
        "ServiceRuntime",
      ],
      path: "site-agent/Daemon"),
    tool(
      "CoordinatorTool",
      [
        "Rounds", "Tenancy", "ConsoleReports", "CoordinatorAPI", "Transport", "Storage", "Evidence",
        "Submissions", "PhaseGrants", "Synthesis",
        "Gates", "Aggregates", "EvaluationProtocols", "Attestations", "CanonicalJSON", "Cryptography",
        "ServiceRuntime",
      ],
      path: "coordinator/Daemon"),
    tool(
      "EvidenceTool",
      [
        "ConsoleReports",
        "Evidence", "Submissions", "PhaseGrants", "Synthesis", "Gates", "Aggregates", "EvaluationProtocols",
        "Attestations", "CanonicalJSON", "Cryptography", "ServiceRuntime",
      ],
      path: "Sources/EvidenceTool"),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "StudyFixtures",
      dependencies: [
        "Evidence", "Submissions", "SiteEvaluation", "Synthesis", "Aggregates", "EvaluationProtocols",
        "PhaseGrants", "Gates", "Attestations", "CanonicalJSON", "Cryptography", "ServiceRuntime",
        "TestSupport",
      ],
      path: "Tests/StudyFixtures", swiftSettings: settings),
    // Run by scripts/bench and scripts/simulate; no part of the product.
    tool("StatisticsMeasures", ["Statistics"], path: "Tests/StatisticsMeasures"),
    tests("StatisticsTests", ["Statistics", "StatisticsMeasures", "TestSupport"], exclude: ["Reference"]),
    tests("CanonicalJSONTests", ["CanonicalJSON", "TestSupport"]),
    tests("CryptographyTests", ["Cryptography", "TestSupport"]),
    tests(
      "ColumnFilesTests", ["ColumnFiles", "Cryptography", "TestSupport"]),
    tests("AttestationsTests", ["Attestations", "CanonicalJSON", "Cryptography", "TestSupport"]),
    tests(
      "EvaluationProtocolsTests", ["EvaluationProtocols", "CanonicalJSON", "Cryptography", "TestSupport"]),
    // Run by scripts/bench; no part of the product.
    tool("TreeMeasures", ["TreeEnsembles"], path: "Tests/TreeMeasures"),
    // Run by scripts/bench; no part of the product.
    tool("CountingMeasures", ["CountingKernel"], path: "Tests/CountingMeasures"),
    tests("CountingKernelTests", ["CountingKernel", "TestSupport"]),
    tests("TreeKernelTests", ["TreeKernel", "TestSupport"]),
    tests("TreeEnsemblesTests", ["TreeEnsembles", "TreeKernel", "TestSupport"], exclude: ["Reference"]),
    tests("ModelsTests", ["Models", "CanonicalJSON", "Cryptography", "TestSupport"]),
    tests(
      "AggregatesTests",
      ["Aggregates", "EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography", "TestSupport"]),
    tests(
      "SiteEvaluationTests",
      [
        "SiteEvaluation", "ColumnFiles", "Models", "Aggregates", "EvaluationProtocols", "Statistics",
        "CanonicalJSON", "Cryptography", "Storage", "StudyFixtures", "TestSupport",
      ],
      exclude: ["Explaining/Reference", "Sources/FHIR/Reference"]),
    tests(
      "SubmissionsTests",
      [
        "Submissions", "Aggregates", "Attestations", "EvaluationProtocols", "CanonicalJSON", "Cryptography",
        "StudyFixtures", "TestSupport",
      ]),
    tests(
      "PhaseGrantsTests",
      [
        "PhaseGrants", "Attestations", "EvaluationProtocols", "CanonicalJSON", "Cryptography", "TestSupport",
      ]),
    tests(
      "SynthesisTests",
      [
        "Synthesis", "Aggregates", "EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography",
        "TestSupport",
      ]),
    tests(
      "GatesTests",
      [
        "Gates", "Synthesis", "Statistics", "PhaseGrants", "Attestations", "EvaluationProtocols",
        "CanonicalJSON", "Cryptography", "StudyFixtures", "TestSupport",
      ]),
    tests(
      "EvidenceTests",
      [
        "Evidence", "Gates", "PhaseGrants", "Synthesis", "Submissions", "SiteEvaluation", "Aggregates",
        "EvaluationProtocols", "Attestations", "CanonicalJSON", "Cryptography", "ServiceRuntime",
        "StudyFixtures", "TestSupport",
      ]),
    tests(
      "CoordinatorAPITests",
      [
        "CoordinatorAPI", "EvaluationProtocols", "Submissions", "PhaseGrants", "Gates", "CanonicalJSON",
        "Cryptography", "StudyFixtures", "TestSupport",
      ]),
    tests("TransportTests", ["Transport", "Cryptography", "TestSupport"], exclude: ["Clients"]),
    // Killed by the tests of Storage; no part of the product.
    tool("StorageCrasher", ["Storage"], path: "Tests/StorageCrasher"),
    tool(
      "MergeBenchmark",
      ["Synthesis", "Aggregates", "EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography"],
      path: "Tests/MergeBenchmark"),
    tests("StorageTests", ["Storage", "StorageCrasher", "TestSupport"]),
    tests("ServiceRuntimeTests", ["ServiceRuntime", "CLinux", "CanonicalJSON", "TestSupport"]),
    tests(
      "SiteOperationsTests",
      [
        "SiteOperations", "SiteEvaluation", "Submissions", "PhaseGrants", "Attestations", "CoordinatorAPI",
        "Storage", "Models", "Aggregates", "EvaluationProtocols", "CanonicalJSON", "Cryptography",
        "ServiceRuntime",
        "StudyFixtures", "TestSupport",
      ]),
    tests(
      "TenancyTests",
      ["Tenancy", "Cryptography", "Storage", "Attestations", "CanonicalJSON", "TestSupport"]),
    tests(
      "RoundsTests",
      [
        "Rounds", "Tenancy", "CoordinatorAPI", "Submissions", "PhaseGrants", "Synthesis", "Gates",
        "Evidence", "Models", "Storage", "Aggregates", "EvaluationProtocols", "Attestations",
        "CanonicalJSON", "Cryptography", "StudyFixtures", "TestSupport",
      ]),
    tests(
      "ConsoleReportsTests",
      [
        "ConsoleReports", "CoordinatorAPI", "Synthesis", "Gates", "PhaseGrants", "EvaluationProtocols",
        "CanonicalJSON", "ServiceRuntime", "Evidence", "StudyFixtures", "TestSupport",
      ]),
    tests(
      "EndToEndTests",
      [
        "Evidence", "Submissions", "PhaseGrants", "SiteEvaluation", "Synthesis", "Gates", "Aggregates",
        "EvaluationProtocols", "Attestations", "CanonicalJSON", "Cryptography", "ServiceRuntime",
        "StudyFixtures", "TestSupport",
      ],
      exclude: [
        "Reference", "Wire/Reference", "Wire/Clients", "Wire/crash_points.py", "Wire/end_at_call.py",
        "Wire/wire_checks.py",
      ]),
    tests("ArchitectureTests", ["TestSupport"]),
  ]
)

// Made by scripts/fuzz alone: instrumented, and linked with a library that the usual build does without.
if Context.environment["EQUIPOISE_FUZZING"] != nil {
  package.targets.append(
    tool(
      "Fuzzing",
      [
        "SiteEvaluation", "ColumnFiles", "TreeEnsembles", "CanonicalJSON", "Evidence", "Attestations",
        "Cryptography", "TestSupport",
      ], path: "Tests/Fuzzing", exclude: ["Dictionaries", "Seeds"]))
}
