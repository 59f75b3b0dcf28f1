import Attestations
package import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Glibc
package import ServiceRuntime
import SiteEvaluation
import Storage

/// Looks at everything an agent needs, changes nothing, and says what to do about what it finds.
package struct Doctor: Sendable {
  private let directory: AgentDirectory
  private let probe: any NetworkProbe
  private let configurationProblem: (detail: String, remedy: String)?

  /// A doctor for an agent directory.
  ///
  /// - Parameter configurationProblem: what the reading of `agent.json` said, if it was refused.
  package init(
    _ directory: AgentDirectory, probe: any NetworkProbe,
    configurationProblem: (detail: String, remedy: String)? = nil
  ) {
    self.directory = directory
    self.probe = probe
    self.configurationProblem = configurationProblem
  }

  /// Every check, in the order of `Finding.Check`.
  package func examine(at now: UTCTime) async -> [Finding] {
    var findings = [configuration, folder] + keyFiles
    let (store, storeFindings) = await openStore()
    findings += storeFindings + [diskSpace] + certificate(now)
    findings += await network(now)
    if let store { findings += await content(of: store) }
    findings.append(pause)
    return findings
  }

  /// What a tool exits with: unreachable when only the way to the coordinator failed.
  package static func exitCode(for findings: [Finding]) -> ExitCode {
    let failed = Set(findings.filter { $0.outcome == .failed }.map(\.check))
    if failed.isEmpty { return .done }
    return failed.isSubset(of: [.name, .proxy, .connection, .tls, .coordinator])
      ? .unreachable : .inputRefused
  }

  // MARK: Files

  private var configuration: Finding {
    if let problem = configurationProblem {
      return Finding(.configuration, .failed, problem.detail, remedy: problem.remedy)
    }
    do {
      let identity = try AgentIdentity.load(from: directory)
      return Finding(
        .configuration, .ok,
        "site \(identity.site) of \(identity.tenant), coordinator \(identity.coordinator)")
    } catch { return finding(.configuration, error) }
  }

  private var folder: Finding {
    var status = stat()
    guard stat(directory.path, &status) == 0 else {
      return Finding(.directory, .failed, "\(directory.path) is not there", remedy: "give --directory")
    }
    if status.st_uid != geteuid() {
      return Finding(
        .directory, .failed, "\(directory.path) belongs to another user",
        remedy: "run this as the user of the agent, for instance with sudo -u")
    }
    guard status.st_mode & 0o077 == 0 else {
      return Finding(
        .directory, .failed, "others than the owner may enter \(directory.path)",
        remedy: "chmod 700 \(directory.path)")
    }
    return Finding(.directory, .ok, "\(directory.path) is its owner's alone")
  }

  private var keyFiles: [Finding] {
    var findings: [Finding] = []
    do {
      let identity = try SigningIdentity.load(from: directory.signing)
      findings.append(Finding(.keyFiles, .ok, "signing as \(identity.role.uri)"))
      if isPresent(directory.signing + "/root.key") {
        findings.append(
          Finding(
            .keyFiles, .warning, "the signing root's private key is on this machine",
            remedy:
              "move \(directory.signing)/root.key to a medium that is kept offline; signing does not need it")
        )
      }
    } catch { findings.append(finding(.keyFiles, error)) }
    do {
      let key = try SigningKey(pem: KeyFile.read(ClientCredentials(directory).key))
      let certificate = try ClientCredentials(directory).current()
      findings.append(
        certificate.publicKey == key.verificationKey
          ? Finding(.keyFiles, .ok, "connection key and certificate belong together")
          : Finding(
            .keyFiles, .failed, "the connection's key is not the key of its certificate",
            remedy: AgentError.identityMalformed(path: "", problem: "").remedy))
    } catch { findings.append(finding(.keyFiles, error)) }
    return findings
  }

  private func openStore() async -> (SiteStore?, [Finding]) {
    do {
      let store = try SiteStore(directory, createIfMissing: false)
      try await store.quickCheck()
      return (store, [Finding(.store, .ok, "\(directory.store) opens and is consistent")])
    } catch { return (nil, [finding(.store, error)]) }
  }

  private var diskSpace: Finding {
    do {
      let space = try freeSpace(at: directory.path)
      let megabytes = space.freeBytes >> 20
      if megabytes < 64 {
        return Finding(
          .diskSpace, .failed, "\(megabytes) MiB free", remedy: "free space on the disk of \(directory.path)")
      }
      return Finding(
        .diskSpace, megabytes < 512 ? .warning : .ok, "\(megabytes) MiB free",
        remedy: megabytes < 512 ? "free space on the disk of \(directory.path)" : "")
    } catch { return finding(.diskSpace, error) }
  }

  private func certificate(_ now: UTCTime) -> [Finding] {
    do {
      let certificate = try ClientCredentials(directory).current()
      let notBefore = try UTCTime(secondsSinceEpoch: certificate.notBefore)
      let notAfter = try UTCTime(secondsSinceEpoch: certificate.notAfter)
      if now < notBefore {
        return [
          Finding(
            .certificate, .failed, "the certificate begins at \(notBefore)",
            remedy: "check this machine's clock")
        ]
      }
      if let warning = RenewalPlan.warning(
        madeAt: try UTCTime(secondsSinceEpoch: certificate.madeAt), notAfter: notAfter, now: now)
      {
        let isOver = now > notAfter
        return [
          Finding(
            .certificate, isOver ? .failed : .warning, warning,
            remedy: isOver
              ? "ask the study's administrator for a new invitation and join again; nothing here is lost"
              : "look at what the network checks below say: the agent renews it as soon as it gets through")
        ]
      }
      return [Finding(.certificate, .ok, "valid until \(notAfter)")]
    } catch { return [finding(.certificate, error)] }
  }

  // MARK: Network

  private static let stages: [Finding.Check] = [.name, .proxy, .connection, .tls, .coordinator]

  private func network(_ now: UTCTime) async -> [Finding] {
    let identity: AgentIdentity
    do { identity = try AgentIdentity.load(from: directory) } catch {
      return ([.clock] + Self.stages).map { Finding($0, .skipped, "this agent has not joined") }
    }
    switch await probe.probe() {
    case .failed(let stage, let detail, let remedy):
      let place = Self.stages.firstIndex(of: stage) ?? 0
      return [Finding(.clock, .skipped, "the coordinator did not answer")]
        + Self.stages.enumerated().map { index, check in
          if index < place { return Finding(check, .ok, "fine") }
          if index > place { return Finding(check, .skipped, "not reached") }
          return Finding(check, .failed, detail, remedy: remedy)
        }
    case .answered(let role, let tenant, let evidenceRoot, let time, _):
      let isOurs = tenant == identity.tenant && evidenceRoot == identity.evidenceRoot.text
      return [clock(now, coordinator: time)]
        + Self.stages.dropLast().map { Finding($0, .ok, "fine") } + [
          isOurs
            ? coordinator(role)
            : Finding(
              .coordinator, .failed, "the coordinator answers as another tenant or with another evidence key",
              remedy: AgentError.answerDiffers("").remedy)
        ]
    }
  }

  private func coordinator(_ role: String) -> Finding {
    role == "pendingSite"
      ? Finding(
        .coordinator, .warning, "the coordinator knows this site, but its administrator has not confirmed it",
        remedy: "read the fingerprint of site-agent status out to the study's administrator")
      : Finding(.coordinator, .ok, "the coordinator knows this site")
  }

  private func clock(_ now: UTCTime, coordinator: UTCTime) -> Finding {
    let skew = abs(now.secondsSinceEpoch - coordinator.secondsSinceEpoch)
    let detail = "\(skew) s apart from the coordinator's"
    if skew > StatusSnapshot.refusedSkew {
      return Finding(.clock, .failed, detail, remedy: AgentError.clockSkew(seconds: 0).remedy)
    }
    if skew > StatusSnapshot.noticedSkew {
      return Finding(.clock, .warning, detail, remedy: AgentError.clockSkew(seconds: 0).remedy)
    }
    return Finding(.clock, .ok, detail)
  }

  // MARK: Content

  private func content(of store: SiteStore) async -> [Finding] {
    var findings: [Finding] = []
    do {
      let summary = try await store.verifyEgress()
      findings.append(Finding(.egressLog, .ok, "\(summary.entries) entries, head \(summary.head.text)"))
    } catch { findings.append(finding(.egressLog, error)) }
    do {
      for dataset in try await store.datasets() where dataset.isCurrent {
        findings += try await data(dataset, registry: DatasetRegistry(store, directory: directory))
      }
      for stored in try await store.protocols() { findings.append(await protocolFinding(stored, store)) }
    } catch { findings.append(finding(.data, error)) }
    return findings
  }

  private func data(_ dataset: RegisteredDataset, registry: DatasetRegistry) async throws -> [Finding] {
    switch try await registry.condition(ofRowsOf: dataset) {
    case .kept: break
    case .removed, .sharedWith:
      return [Finding(.data, .ok, "the dataset of \(dataset.study) was discarded")]
    case .leftOver:
      return [
        Finding(
          .data, .failed,
          "rows of the discarded dataset of \(dataset.study) are still in \(directory.snapshots)",
          remedy: "site-agent dataset discard with the same release, or start the agent again")
      ]
    }
    let remedy = "restore the folder of snapshots from a backup, or register the dataset again"
    let snapshot =
      switch try registry.checkSnapshot(of: dataset) {
      case .unchanged: Finding(.data, .ok, "the snapshot is what was registered for \(dataset.study)")
      case .missing(let why): Finding(.data, .failed, why, remedy: remedy)
      case .changed:
        Finding(.data, .failed, "the snapshot for \(dataset.study) is damaged", remedy: remedy)
      }
    // Files that were moved away or written anew change nothing that is evaluated, but somebody may think they do.
    let files = registry.check(dataset).filter { $0.condition == .changed }.map { file, _ in
      let error = AgentError.datasetChanged(path: file.path)
      return Finding(.data, .warning, error.description, remedy: error.remedy)
    }
    return [snapshot] + files
  }

  private func protocolFinding(_ stored: StoredProtocol, _ store: SiteStore) async -> Finding {
    let name = "\(stored.study) \(stored.digest.hex.prefix(12))"
    do {
      let evaluationProtocol = try stored.parsed()
      guard let dataset = try await store.currentDataset(study: stored.study) else {
        let error = AgentError.datasetMissing(study: stored.study)
        return Finding(.protocols, .warning, error.description, remedy: error.remedy)
      }
      do { try dataset.requireRows() } catch {
        return Finding(.protocols, .warning, error.description, remedy: error.remedy)
      }
      let artifacts = ArtifactStore(directory)
      guard artifacts.has(evaluationProtocol.model.artifact) else {
        return Finding(.protocols, .ok, "\(name) can be read; its model is fetched after approval")
      }
      try SnapshotRows(
        SnapshotStore(directory).open(dataset), declaredAs: dataset.declaration(),
        madeOf: dataset.files.map(\.path)
      ).checkColumns(under: evaluationProtocol, model: artifacts.model(evaluationProtocol.model))
      return Finding(.protocols, .ok, "\(name) fits the columns of the registered data")
    } catch { return finding(.protocols, error) }
  }

  private var pause: Finding {
    guard Pause.isOn(directory) else { return Finding(.pause, .ok, "not paused") }
    let reason = (try? Pause.current(in: directory))??.reason ?? "unknown"
    return Finding(.pause, .warning, "paused: \(reason)", remedy: AgentError.paused.remedy)
  }

  private func finding(_ check: Finding.Check, _ error: any Error) -> Finding {
    let trouble = Trouble(error)
    return Finding(check, .failed, trouble.detail, remedy: trouble.remedy)
  }
}
