/// Which module may import which: the table of the architecture, as data.
///
/// A row is what a module may import, not what it must. SwiftPM lets an import of a module that is reached
/// only transitively pass, and a new line in `Package.swift` is quickly written; a new line here is a
/// decision about the design.
enum LayeringTable {
  struct Row {
    /// Our own modules.
    let modules: Set<String>
    /// Modules of the system or the toolchain.
    let system: Set<String>

    init(_ modules: [String], system: [String] = []) {
      self.modules = Set(modules)
      self.system = Set(system)
    }
  }

  /// Everything the data flow passes on its way to evidence, in its order.
  private static let flow = [
    "CanonicalJSON", "Cryptography", "Attestations", "EvaluationProtocols", "Aggregates", "Submissions",
    "PhaseGrants", "Synthesis", "Gates",
  ]

  static let rows: [String: Row] = [
    "Statistics": Row([], system: ["Glibc"]),
    "CanonicalJSON": Row([], system: ["Glibc"]),
    "Cryptography": Row(["COpenSSL"], system: ["Glibc"]),
    "Attestations": Row(["CanonicalJSON", "Cryptography"], system: ["Glibc"]),
    "EvaluationProtocols": Row(["CanonicalJSON", "Cryptography"]),
    "ColumnFiles": Row(["EvaluationProtocols", "CanonicalJSON", "Cryptography"], system: ["Glibc"]),
    "TreeKernel": Row([], system: ["Glibc"]),
    "CountingKernel": Row([]),
    "TreeEnsembles": Row(["TreeKernel"], system: ["Glibc"]),
    "Models": Row(["TreeEnsembles", "CanonicalJSON", "Cryptography", "Statistics"], system: ["Glibc"]),
    "Aggregates": Row(["EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography"]),
    "SiteEvaluation": Row(
      [
        "Models", "ColumnFiles", "CountingKernel", "Aggregates", "EvaluationProtocols", "Statistics",
        "CanonicalJSON",
        "Cryptography", "Storage", "CZlib",
      ],
      system: ["Glibc", "Dispatch", "Synchronization"]),
    "Submissions": Row(["Aggregates", "Attestations", "EvaluationProtocols", "CanonicalJSON", "Cryptography"]
    ),
    // What site and coordinator sign to each other; nothing of results is in it.
    "PhaseGrants": Row(["Attestations", "EvaluationProtocols", "CanonicalJSON", "Cryptography"]),
    "Synthesis": Row(["Aggregates", "EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography"]),
    "Gates": Row([
      "EvaluationProtocols", "Synthesis", "PhaseGrants", "Statistics", "Attestations", "CanonicalJSON",
      "Cryptography",
    ]),
    "TransparencyLog": Row(["Cryptography", "CanonicalJSON"]),
    "Evidence": Row(flow + ["Statistics", "Models", "TransparencyLog"]),
    "CoordinatorAPI": Row(
      ["EvaluationProtocols", "Submissions", "PhaseGrants", "Gates", "CanonicalJSON", "Cryptography"]),
    "Transport": Row(
      ["COpenSSL", "CNGHTTP2", "CEpoll", "CCurl", "Cryptography"],
      system: ["Glibc", "Dispatch", "Synchronization"]),
    "Storage": Row(["CSQLite"], system: ["Glibc", "Dispatch", "Synchronization"]),
    "ServiceRuntime": Row(["CLinux", "CanonicalJSON"], system: ["Glibc", "Dispatch", "Synchronization"]),
    // What two tools print alike: they share no other module that knows a terminal.
    "ConsoleReports": Row(
      [
        "CoordinatorAPI", "Synthesis", "Gates", "PhaseGrants", "EvaluationProtocols", "CanonicalJSON",
        "Cryptography", "ServiceRuntime",
      ]),
    // The agent directory holds files; how they are written so that a crash hurts none is the runtime's.
    "SiteOperations": Row(
      [
        "SiteEvaluation", "ColumnFiles", "Submissions", "PhaseGrants", "Attestations", "CoordinatorAPI",
        "Storage", "Models", "Aggregates", "EvaluationProtocols", "CanonicalJSON", "Cryptography",
        "ServiceRuntime",
      ], system: ["Glibc", "Synchronization"]),
    // Statements about keys are attestations, and the audit log is written in the product's JSON.
    "Tenancy": Row(
      ["Cryptography", "Storage", "Attestations", "CanonicalJSON"], system: ["Glibc", "Synchronization"]),
    // The documents of the wire are the results of a round; no request and no status code is.
    "Rounds": Row(
      flow + ["Tenancy", "CoordinatorAPI", "Evidence", "TransparencyLog", "Models", "Storage"],
      system: ["Glibc"]),

    // The tools wire; what they must not import is whoever reads patient rows outside the site.
    "SiteAgentTool": Row(
      flow + [
        "SiteEvaluation", "ColumnFiles", "SiteOperations", "CoordinatorAPI", "Models", "Transport", "Storage",
        "ServiceRuntime",
      ], system: ["Glibc", "Dispatch", "Synchronization"]),
    "CoordinatorTool": Row(
      flow + [
        "Evidence", "TransparencyLog", "CoordinatorAPI", "Transport", "Storage", "Tenancy", "Rounds",
        "ConsoleReports", "ServiceRuntime",
      ], system: ["Glibc", "Dispatch", "Synchronization"]),
    "EvidenceTool": Row(
      flow + ["Evidence", "TransparencyLog", "ConsoleReports", "ServiceRuntime"], system: ["Glibc"]),

    // Killed by the tests of Storage.
    "MergeBenchmark": Row(
      ["Synthesis", "Aggregates", "EvaluationProtocols", "Statistics", "CanonicalJSON", "Cryptography"],
      system: ["Foundation"]),
    "StorageCrasher": Row(["Storage"], system: ["Glibc"]),
    "CountingMeasures": Row(["CountingKernel"], system: ["Foundation", "Dispatch", "Synchronization"]),
    // Made by scripts/fuzz alone.
    "Fuzzing": Row(
      [
        "SiteEvaluation", "ColumnFiles", "TreeEnsembles", "CanonicalJSON", "Evidence", "Attestations",
        "Cryptography",
        "TestSupport",
      ], system: ["Glibc"]),
    "TreeMeasures": Row(["TreeEnsembles"], system: ["Foundation"]),
    // Run by scripts/bench and scripts/simulate.
    "StatisticsMeasures": Row(["Statistics"], system: ["Glibc"]),
  ]
}
