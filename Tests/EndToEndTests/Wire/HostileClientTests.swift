import Foundation
import TestSupport
import Testing

extension WireTests {
  /// Clients that mean harm (security.md: N1–N4): the process stays, its state stays, others are served.
  @Suite struct HostileClientTests {
    /// A scenario of the transport's hostile client, against the coordinator.
    private func hostile(
      _ deployment: WireDeployment, _ scenario: String, _ arguments: [String] = [],
      as credential: Credential?,
      port: Int? = nil
    ) throws -> String {
      try Programs.run(
        "python3",
        [
          Repository.path("Tests/TransportTests/Clients/hostile.py"), scenario, "\(port ?? deployment.api)",
          deployment.serverAuthority, credential?.certificate ?? "-", credential?.key ?? "-",
        ] + arguments, seconds: 40
      ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func oldAndResumedHandshakesAreRefused() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = Credential(agent: deployment.agent("cleveland"))
        try deployment.expectNothingComes(refusals: 1) {
          for arguments in [["--tls-max", "1.2"], ["--http1.1", "--no-alpn"]] {
            let outcome = try Programs.run(
              "curl",
              [
                "--silent", "--cacert", deployment.serverAuthority, "--cert", agent.certificate, "--key",
                agent.key,
              ]
                + arguments + ["https://127.0.0.1:\(deployment.api)/v1/health"])
            #expect(outcome.code != 0 && outcome.output.isEmpty, "\(arguments): \(outcome)")
          }
          for scenario in ["tls12", "no_alpn", "http11"] {
            #expect(try hostile(deployment, scenario, as: agent).hasPrefix("refused"), "\(scenario)")
          }
          // The one request that is answered: a path that is not there, in the caller's log.
          #expect(try hostile(deployment, "resumption", as: agent) == "status 404 ticket False reused False")
          let session = deployment.folder + "/tls-session"
          let client = try Programs.run(
            "openssl",
            [
              "s_client", "-connect", "127.0.0.1:\(deployment.api)", "-alpn", "h2", "-CAfile",
              deployment.serverAuthority, "-cert", agent.certificate, "-key", agent.key, "-sess_out", session,
              "-servername", "localhost",
            ], input: "Q\n")
          #expect(client.output.contains("TLSv1.3"))
          #expect(!client.output.contains("Post-Handshake New Session Ticket"))
          #expect(!FileManager.default.fileExists(atPath: session), "there is a ticket, so early data too")
        }
      }
    }

    @Test func hostileBytesHarmNobody() throws {
      // What a scenario does and what it must not end with; each asks at most for a path that is not there.
      let scenarios: [(String, [String])] = [
        ("garbage", []), ("garbage_frames", []), ("hpack_bomb", []), ("large_head", ["100"]),
        ("many_fields", ["200"]), ("continuation_flood", []), ("flood", ["reset", "2000"]),
        ("flood", ["provoked", "500"]), ("flood", ["ping", "5000"]), ("flood", ["settings", "2000"]),
        ("wrong_length", ["3"]), ("trailers", []), ("crowd", ["100"]), ("pseudo", ["two-paths"]),
        ("pseudo", ["connect"]), ("path", ["/v1/../v1/state"]), ("path", ["/v1/%73tate"]),
        ("path", ["/v1/state\\x00"]), ("path", ["/" + String(repeating: "a", count: 9000)]),
      ]
      try WireTemplate.withDeployment { deployment in
        let agent = Credential(agent: deployment.agent("cleveland"))
        try deployment.coordinator(
          "round", "status", "--profile", deployment.vendor, "--study", WireDeployment.study)
        _ = try deployment.invite("another")
        let before = (pid: try #require(deployment.server).pid, state: try deployment.exportState())
        for (scenario, arguments) in scenarios {
          let outcome = try hostile(deployment, scenario, arguments, as: agent)
          #expect(!outcome.contains("status 200"), "\(scenario) \(arguments): \(outcome)")
          #expect(outcome != "served", "\(scenario) \(arguments)")
        }
        for scenario in ["garbage", "garbage_frames", "hpack_bomb"] {
          #expect(try !hostile(deployment, scenario, as: nil, port: deployment.join).contains("status 200"))
        }
        let load = try Programs.run(
          "h2load", ["-n", "200", "-c", "40", "-m", "5", "https://127.0.0.1:\(deployment.api)/v1/health"])
        #expect(load.output.contains(" 0 succeeded"), "\(load.output)")
        #expect(try deployment.exportState() == before.state)
        #expect(deployment.server?.ended == nil && deployment.server?.pid == before.pid)
        #expect(
          try deployment.audit().filter { !$0.isRefusal && $0.actor.hasPrefix("site/") }.last?.action
            == "submission.accepted")
        #expect(try deployment.curl("GET", "/v1/health", as: agent).status == 200)
        try deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
      }
    }

    @Test func pathLongerThanAnEntryOfTheLogIsAbsentAndRecordedOnce() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = Credential(agent: deployment.agent("cleveland"))
        try deployment.expectNothingComes(refusals: 1) {
          let answer = try deployment.curl("GET", "/v1/" + String(repeating: "a", count: 4000), as: agent)
          #expect(answer.status == 404 && answer.problem == "not-found", "\(answer)")
        }
      }
    }

    @Test func bodyOverItsLimitIsRefusedAndRecordedOnce() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = Credential(agent: deployment.agent("cleveland"))
        let large = deployment.folder + "/large"
        try Programs.require("truncate", ["--size", "21M", large])
        let path = "/v1/assignments/\(try deployment.round().assignment(of: "cleveland"))/submission"
        try deployment.expectNothingComes(refusals: 2) {
          let announced = try deployment.curl("PUT", path, as: agent, body: large)
          #expect(announced.status == 413 && announced.problem == "too-large", "\(announced)")
          let chunked = try deployment.curl(
            "PUT", path, as: agent, body: large, "--header", "content-length:")
          #expect(chunked.status == 413 && chunked.problem == "too-large", "\(chunked)")
        }
      }
    }

    @Test func whoAsksTooOftenWaitsAndOthersDoNot() throws {
      try WireTemplate.withDeployment(settings: ["requestsPerSecond": 5, "requestBurst": 20]) { deployment in
        let greedy = try WireSession(deployment, as: Credential(agent: deployment.agent("cleveland")))
        let answers = try (0..<60).map { _ in try greedy.ask("GET", "/v1/health") }
        let refused = answers.filter { $0.status == 429 }
        #expect(refused.count >= 20)
        #expect(refused.allSatisfy { $0.problem == "too-many-requests" && $0.seconds < 0.5 })
        let other = try WireSession(deployment, as: Credential(agent: deployment.agent("budapest")))
        #expect(try other.ask("GET", "/v1/health").status == 200)
        try eventually(within: 5, "the end of the wait") { try greedy.ask("GET", "/v1/health").status == 200 }
      }
    }
  }
}

extension WireWaitingTests {
  /// Clients that mean harm and take their time (security.md: N2).
  @Suite struct SlowClientTests {
    /// Starts a client that does not get on with its handshake.
    private func startSlow(_ deployment: WireDeployment, _ kind: String, port: Int) throws -> Child {
      try Child(
        #require(OtherProgram.path("python3")),
        [Repository.path("Tests/EndToEndTests/Wire/Clients/slow.py"), "\(port)", kind],
        log: "\(deployment.folder)/\(kind)-\(port).log")
    }

    @Test func handshakeThatDoesNotGetOnIsEndedAfterTenSeconds() throws {
      try WireTemplate.withDeployment { deployment in
        _ = try deployment.invite("another")
        try deployment.expectNothingComes(refusals: 0) {
          // Both ports, from the first byte on, as slowly as it goes.
          let slow = try ["silence", "drip"].flatMap { kind in
            try [deployment.api, deployment.join].map { try startSlow(deployment, kind, port: $0) }
          }
          for client in slow {
            #expect(try client.wait(20) == 0)
            let seconds = try #require(Double(client.text.dropLast()), "\(client.text)")
            #expect((9.5..<12).contains(seconds), "\(client.log): \(seconds)")
          }
        }
      }
    }
  }
}
