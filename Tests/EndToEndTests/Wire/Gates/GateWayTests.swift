import Foundation
import TestSupport
import Testing

extension WireTests {
  /// A study that goes from one phase to the next on its reviewers' names (security.md: G1, G6, B3).
  @Suite struct GateWayTests {
    @Test func aStudyEntersLimitedOnThreeSignaturesAndEachSiteShowsAsFarAsItConsented() throws {
      try GateTemplate.withStudy { study, _ in
        let deployment = study.deployment
        #expect(try study.status().state == "silent")
        #expect(try study.status().unmet == ["signOffMissing", "signOffMissing", "signOffMissing"])
        for site in WireDeployment.sites { #expect(try study.exposure(at: site).code == 1) }
        // Each signature clears its own condition, and the last one opens the gate.
        for (index, reviewer) in WireReviewer.all.enumerated() {
          let refused = try study.move("advance", "--to", "limited")
          #expect(refused.code == 3, "\(refused.output)")
          #expect(refused.errors.contains("signOffMissing"), "\(refused.errors)")
          let answer = try study.submit(study.sign(reviewer))
          #expect(answer.code == 0, "\(answer.errors)")
          let status = try study.status()
          #expect(status.unmet.count == 2 - index)
          #expect(status.standing(of: reviewer.role) == "approved")
        }
        try statusSaysWhoSigned(study)
        #expect(try study.move("advance", "--to", "broad").code == 3)
        #expect(try study.move("advance", "--to", "limited").code == 0)
        try deployment.awaitAcknowledgements(study.study)

        let status = try study.status()
        #expect(status.state == "limited")
        for site in ["cleveland", "budapest", "switzerland"] {
          #expect(status.word(of: site) == "grant of limited", "\(status.word(of: site) ?? "")")
          let exposure = try study.exposure(at: site)
          #expect(exposure.code == 0 && exposure.answer["phase"] as? String == "limited", "\(exposure)")
        }
        // One site agreed to silent only: it lags behind and shows nothing.
        #expect(status.phase(of: "long-beach") == "silent")
        let lagging = try study.exposure(at: "long-beach")
        #expect(lagging.code == 1 && lagging.answer["reason"] as? String == "silentPhase", "\(lagging)")
        try optOut(study)
        try bundleSaysWhoSigned(study)
      }
    }

    /// Printed name, role, time and meaning stand with every signature.
    private func statusSaysWhoSigned(_ study: GatedStudy) throws {
      let deployment = study.deployment
      let text = try deployment.coordinator(
        "gate", "status", "--profile", deployment.vendor, "--study", study.study)
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for reviewer in WireReviewer.all {
        let isNamed = words.contains(reviewer.person) && words.contains(reviewer.role)
        #expect(isNamed, "\(text)")
      }
      let meaning =
        "I have reviewed the evidence named here and approve that the study enters the phase limited."
      #expect(words.contains(meaning) && words.contains("UTC"), "\(text)")
    }

    /// A site that opts out shows nothing from the next question on, and is told so.
    private func optOut(_ study: GatedStudy) throws {
      let deployment = study.deployment
      try deployment.siteAgent(
        "consent", "--directory", deployment.agent("switzerland"), "--study", study.study, "--phase", "none",
        "--name", "test", "--reason", "test")
      #expect(try study.exposure(at: "switzerland").code == 1)
      try eventually("the lower order") {
        let status = try study.status()
        return status.word(of: "switzerland") == "lower" && status.hasAcknowledged("switzerland")
      }
      #expect(try study.exposure(at: "switzerland").code == 1)
      #expect(try study.status().phase(of: "switzerland") == nil)
      #expect(try study.mayShow(at: "cleveland"))
    }

    /// What a reviewer takes home verifies against pinned keys, and prints every signature.
    private func bundleSaysWhoSigned(_ study: GatedStudy) throws {
      let deployment = study.deployment
      try deployment.coordinator("evidence", "seal", "--profile", deployment.vendor, "--study", study.study)
      let reviewer = try deployment.person("reviewer")
      let out = deployment.folder + "/sealed"
      try deployment.coordinator(
        "evidence", "export", "--profile", reviewer, "--study", study.study, "--out", out)
      let name = try #require(folderNames(out).first { $0.hasSuffix(".evb.zip") })
      let verified = try Programs.run("evidence", ["verify", "\(out)/\(name)", "--trust", study.trust])
      #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
      #expect(verified.output.contains("E2: "), "\(verified.output)")
      #expect(verified.output.contains("3 sign-offs by 3 people"), "\(verified.output)")
      let shown = try Programs.run("evidence", ["show", "\(out)/\(name)", "--trust", study.trust])
      let page = try Programs.require("unzip", ["-p", "\(out)/\(name)", "START-HERE.html"])
      for person in WireReviewer.all {
        for (what, text) in [("show", shown.output), ("page", page)] {
          let isNamed = text.contains(person.person) && text.contains(person.role)
          #expect(isNamed, "\(person.person) in \(what)")
        }
      }
      let meaning = "approve that the study enters the phase limited."
      #expect(shown.output.components(separatedBy: meaning).count == 4, "\(shown.output)")
      let isOnThePage = page.components(separatedBy: meaning).count >= 4
      #expect(isOnThePage, "the page does not print what the signatures mean")
    }

    @Test func aDrillChangesNothingAndIsMarkedEverywhere() throws {
      try GateTemplate.withStudy { study, _ in
        let deployment = study.deployment
        try study.enterLimited()
        let shown = WireDeployment.sites.filter { (try? study.mayShow(at: $0)) == true }
        #expect(shown.count == 3)
        #expect(try study.move("hold", "--reason", "yearly rehearsal", "--drill").code == 0)
        try eventually("the end of the drill") {
          try study.status().incidents.allSatisfy { $0["open"] as? Bool == false }
        }
        // Nothing is held, nobody stopped, and a round can be opened.
        #expect(try study.status().state == "limited")
        for site in shown { #expect(try study.mayShow(at: site)) }
        try study.open(phase: "limited", quorum: 1)
        let incident = try #require(try study.status().incidents.first)
        #expect(incident["drill"] as? Bool == true)
        #expect(incident["stopSeconds"] as? Int != nil, "the clock of a drill runs")
        // Status, history and page say that it was one.
        let text = try deployment.coordinator(
          "gate", "status", "--profile", deployment.vendor, "--study", study.study)
        #expect(text.lowercased().contains("drill"), "\(text)")
        for kind in ["held", "incidentOpened"] {
          #expect(try study.events(kind).map { $0["drill"] as? Bool } == [true], "\(kind)")
        }
        #expect(try study.events("wordGiven").filter { $0["drill"] as? Bool == true }.count == 4)
        #expect(try study.events("acknowledged").filter { $0["drill"] as? Bool == true }.count == 4)
        try study.review()
        let page = try Programs.require("unzip", ["-p", study.package, "START-HERE.html"])
        let isMarked = page.lowercased().contains("drill")
        #expect(isMarked, "the page does not say that it was a drill")
        let verified = try Programs.run("evidence", ["verify", study.package, "--trust", study.trust])
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
      }
    }
  }
}
