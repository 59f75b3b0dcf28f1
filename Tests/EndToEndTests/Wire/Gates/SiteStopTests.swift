import Attestations
import CanonicalJSON
import Cryptography
import Foundation
import PhaseGrants
import TestSupport
import Testing

extension WireTests {
  /// What a site shows when somebody or something fails (security.md: G7, G8, G9).
  @Suite struct SiteStopTests {
    @Test func aSiteSwitchesOffWhileTheCoordinatorIsDownWhichLearnsOfItLater() throws {
      try GateTemplate.withStudy { study, _ in
        let deployment = study.deployment
        let site = deployment.agent("budapest")
        try study.enterLimited()
        deployment.server?.kill()
        #expect(try study.mayShow(at: "budapest"))
        let person = ["--name", "A.Person", "--reason", "scores look wrong"]
        let words = ["--directory", site, "--study", study.study] + person
        let disabled = try Programs.run("site-agent", ["disable"] + words)
        #expect(disabled.code == 0 && disabled.output.contains("must not show"), "\(disabled.output)")
        #expect(try study.exposure(at: "budapest").answer["reason"] as? String == "disabled")
        #expect(try study.mayShow(at: "cleveland"))
        try deployment.serve()
        try eventually(within: 40, "the news at the coordinator") {
          try study.status().isDisabled("budapest")
        }
        #expect(try study.events("acknowledged").filter { $0["about"] as? String == "disabled" }.count == 1)
        // Only the site's own people switch it on again.
        #expect(try study.exposure(at: "budapest").code == 1)
        try Programs.require("site-agent", ["enable"] + words)
        #expect(try study.mayShow(at: "budapest"))
        try eventually("the news at the coordinator") { try !study.status().isDisabled("budapest") }
        try deployment.siteAgent("egress", "verify", "--directory", site)
      }
    }

    @Test func aGrantThatExpiredStopsTheSiteUntilItIsRenewed() throws {
      try GateTemplate.withStudy { study, agents in
        let deployment = study.deployment
        try study.enterLimited()
        for agent in agents.values { try agent.end() }
        try deployment.server?.end()
        // Cut off from its coordinator for a minute less, and more, than three days.
        try deployment.moveClock(3 * 86_400 - 120)
        #expect(try study.mayShow(at: "cleveland"))
        try deployment.moveClock(3 * 86_400 + 1)
        let ended = try study.exposure(at: "cleveland")
        #expect(ended.code == 1 && ended.answer["reason"] as? String == "expired", "\(ended)")
        // Back on the line, it gets another one, which is no event of the study.
        let words = try deployment.storedWords(of: "cleveland", study: study.study).count
        try deployment.serve()
        try deployment.run("cleveland")
        try eventually("another grant") { try study.mayShow(at: "cleveland") }
        #expect(try deployment.storedWords(of: "cleveland", study: study.study).count == words + 1)
        #expect(try study.events("wordGiven").filter { $0["site"] as? String == "cleveland" }.count == 2)
      }
    }

    @Test func anotherSitesABackDatedAndAReplayedGrantAreRefused() throws {
      try GateTemplate.withStudy { study, agents in
        let deployment = study.deployment
        try study.enterLimited()
        #expect(try study.move("hold", "--reason", "test").code == 0)
        try deployment.awaitAcknowledgements(study.study)
        for agent in agents.values { try agent.end() }
        try deployment.server?.end()
        let tenant = try deployment.tenant(of: deployment.vendor)
        let store = "\(deployment.home)/store/\(tenant).sqlite"
        func grant(_ site: String) throws -> String {
          try Programs.require(
            "sqlite3",
            [
              store,
              "SELECT hex(statement) FROM site_word WHERE study = '\(study.study)' AND site = '\(site)' "
                + "AND phase = 'limited'",
            ]
          ).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let (own, other) = (try grant("budapest"), try grant("cleveland"))
        let (backDated, _) = try forged(deployment, study, from: own, number: 4, seconds: -1)
        // A coordinator that lies gives budapest three words after the order: its own old grant, the one of
        // another site, and one that is dated before the order, signed with the right key.
        for (number, statement) in [(4, own), (5, other), (6, backDated)] {
          try Programs.require(
            "sqlite3",
            [
              store,
              """
              INSERT INTO site_word SELECT study, site, \(number), 'grant', 'limited', protocol, 0, issued_at, 1,
              randomblob(32), x'\(statement)' FROM site_word WHERE study = '\(study.study)'
              AND site = 'budapest' AND number = 3;
              UPDATE rounds_revision SET value = value + 1;
              UPDATE standing SET revision = (SELECT value FROM rounds_revision)
              WHERE study = '\(study.study)' AND site = 'budapest'
              """,
            ])
        }
        try deployment.serve()
        let agent = try deployment.run("budapest")
        try eventually("what the agent says") {
          let standings = try deployment.status(deployment.agent("budapest"))["standings"] as? [[String: Any]]
          let said = "\(standings?.first { $0["study"] as? String == study.study } ?? [:])"
          return said.contains("backDated") && said.contains("another tenant, site or study")
        }
        #expect(try study.exposure(at: "budapest").answer["reason"] as? String == "held")
        #expect(agent.ended == nil)
        try agent.end()
        // A grant out of another site's store, with everything that belongs to it, counts no more here.
        try Programs.require(
          "sqlite3",
          [
            deployment.agent("budapest") + "/site.sqlite",
            """
            ATTACH '\(deployment.agent("cleveland"))/site.sqlite' AS other;
            DELETE FROM words WHERE study = '\(study.study)';
            INSERT INTO words SELECT * FROM other.words WHERE study = '\(study.study)' AND sequence = 2;
            """,
          ])
        let copied = try study.exposure(at: "budapest")
        #expect(copied.code == 1 && copied.answer["reason"] as? String == "unverifiable", "\(copied)")
      }
    }

    /// A grant like one that was given, with another number and time, signed with the coordinator's own key.
    private func forged(
      _ deployment: WireDeployment, _ study: GatedStudy, from hex: String, number: Int, seconds: Int64
    ) throws -> (hex: String, digest: Digest) {
      let folder = "\(deployment.home)/keys/\(try deployment.tenant(of: deployment.vendor))/evidence"
      let identity = try SigningIdentity.load(from: folder)
      let given = try PhaseGrant.verify(
        bytes(hex), root: identity.root, pinnedRootKey: identity.root.publicKey.digest,
        at: UTCTime(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))
      ).content
      let grant = PhaseGrant(
        tenant: given.tenant, site: given.site, study: given.study, protocolDigest: given.protocolDigest,
        protocolVersion: given.protocolVersion, modelDigest: given.modelDigest, phase: given.phase,
        sequence: number, history: given.history,
        issuedAt: try UTCTime(secondsSinceEpoch: given.issuedAt.secondsSinceEpoch + seconds),
        expiresAt: given.expiresAt)
      let statement = try grant.sign(with: identity)
      return (statement.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(), Digest(of: statement))
    }

    private func bytes(_ hex: String) -> [UInt8] {
      var digits = hex[...]
      var bytes: [UInt8] = []
      while let byte = UInt8(digits.prefix(2), radix: 16) {
        bytes.append(byte)
        digits = digits.dropFirst(2)
      }
      return bytes
    }

    @Test func anAgentThatIsKilledBetweenAnOrderAndItsAnswerAnswersOnce() throws {
      try GateTemplate.withStudy { study, agents in
        let deployment = study.deployment
        try study.enterLimited()
        try #require(agents["cleveland"]).end()
        let taking = try deployment.run("cleveland", environment: ["EQUIPOISE_FAULT": "word-taken:1"])
        try eventually("the agent") { taking.text.contains("coordinator reached") }
        #expect(try study.move("hold", "--reason", "test").code == 0)
        #expect(try taking.wait(15) == 137)
        // The order is in the store: nothing is shown, and the coordinator does not know yet.
        #expect(try study.exposure(at: "cleveland").answer["reason"] as? String == "held")
        #expect(try !study.status().hasAcknowledged("cleveland"))
        let saying = try deployment.run("cleveland", environment: ["EQUIPOISE_FAULT": "statement-logged:1"])
        #expect(try saying.wait(15) == 137)
        #expect(try !study.status().hasAcknowledged("cleveland"))
        #expect(try study.exposure(at: "cleveland").code == 1)
        try deployment.run("cleveland")
        try deployment.awaitAcknowledgements(study.study)
        #expect(try study.status().incidents.first?["stopSeconds"] as? Int != nil)
        let said = try study.events("acknowledged").filter {
          $0["site"] as? String == "cleveland" && $0["about"] as? String == "stopOrder"
        }
        #expect(said.count == 1)
        let made = try Programs.require(
          "sqlite3",
          [
            "-cmd", ".timeout 5000", deployment.agent("cleveland") + "/site.sqlite",
            "SELECT count(*) FROM own_statements WHERE study = '\(study.study)' AND about = 'stopOrder'",
          ])
        #expect(made == "1\n")
        try deployment.siteAgent("egress", "verify", "--directory", deployment.agent("cleveland"))
      }
    }
  }
}

extension WireDeployment {
  /// The numbers of the words that the coordinator keeps for a site.
  fileprivate func storedWords(of site: String, study: String) throws -> [Substring] {
    try Programs.require(
      "sqlite3",
      [
        "-cmd", ".timeout 5000", agent(site) + "/site.sqlite",
        "SELECT sequence FROM words WHERE study = '\(study)' ORDER BY sequence",
      ]
    ).split(separator: "\n")
  }
}
