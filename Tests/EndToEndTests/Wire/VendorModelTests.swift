import Foundation
import TestSupport
import Testing

extension WireTests {
  /// The model that a vendor really ships, from publishing to the bundle, against numbers of XGBoost and NumPy.
  @Suite struct VendorModelTests {
    @Test func theBundleHoldsWhatXGBoostAndNumPySayAndIsReproducedBitForBit() throws {
      try VendorTemplate.withStudy(serving: false) { study in
        let verified = try Programs.run("evidence", ["verify", study.bundle(), "--trust", study.trust])
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")

        let expected = try VendorStudy.expected()
        let sites = try #require(expected["sites"] as? [String: [String: Any]])
        #expect(sites.count == VendorStudy.sites.count)
        for (site, numbers) in sites {
          let part = try json(study.file(inBundle: "matrix/sites/\(site).json"))
          #expect(part["protocol"] as? String == expected["protocol"] as? String)
          let whole = try #require((part["rows"] as? [[String: Any]])?.first)
          #expect(whole["labelled"] as? Int == numbers["rows"] as? Int, "\(site)")
          #expect(whole["events"] as? Int == numbers["events"] as? Int, "\(site)")
          let measures = try #require(whole["measures"] as? [[String: Any]])
          // Sites write squares to 2⁻³²; the rest has 12 decimals.
          for (metric, tolerance) in [
            ("auroc", 1e-11), ("brierScore", 1e-9), ("sensitivity", 1e-11), ("specificity", 1e-11),
          ] {
            let found = number(measures.first { $0["metric"] as? String == metric }, "value")
            #expect(isClose(found, numbers[metric], tolerance), "\(metric) of \(site): \(found)")
          }
          try compare(part["explanation"], numbers, site)
        }
        let pooled = try json(study.file(inBundle: "matrix/pooled.json"))
        let all = try #require(expected["pooled"] as? [String: Any])
        try compare(pooled["explanation"], all, "all sites")
        try reportAndScreenName(try #require(all["explanation"] as? [[String: Any]]), study)
        try reproduce(pooled, study)
      }
    }

    /// Every site counts its rows again and gets the bytes that are in the matrix.
    private func reproduce(_ pooled: [String: Any], _ study: VendorStudy) throws {
      let used = try #require(pooled["aggregates"] as? [[String: Any]])
      #expect(used.compactMap { $0["site"] as? String } == VendorStudy.sites)
      for aggregate in used {
        let site = try #require(aggregate["site"] as? String)
        let assignment = try #require(try study.assignment(at: site)?["id"] as? String)
        let result = try json(
          study.deployment.siteAgent(
            "score", "reproduce", assignment, "--directory", study.deployment.agent(site), "--json"))
        #expect(result["isSame"] as? Bool == true, "\(site)")
        #expect(result["stored"] as? String == aggregate["digest"] as? String, "\(site)")
      }
    }

    /// The page for people has every input, the screen those that lead.
    private func reportAndScreenName(_ inputs: [[String: Any]], _ study: VendorStudy) throws {
      let page = try study.file(inBundle: "START-HERE.html")
      let shown = try Programs.run("evidence", ["show", study.bundle(), "--trust", study.trust])
      let lines = shown.output.split(separator: "\n")
      let leading = inputs.sorted { ($0["share"] as? Double ?? 0) > ($1["share"] as? Double ?? 0) }
      for (place, input) in leading.enumerated() {
        let (name, share) = (input["name"] as? String ?? "?", input["share"] as? Double ?? 0)
        let percent = String(format: "%.1f\u{A0}%%", share * 100)
        #expect(page.contains(name) && page.contains(percent), "\(name), \(percent) on the page")
        guard place < 3 else { continue }
        let line = lines.first { $0.hasPrefix(name) } ?? ""
        #expect(line.contains(String(format: " %.3f ", share)), "\(name), \(share) on the screen: \(line)")
      }
    }

    /// The row of all patients under `explanation` of a part of the matrix.
    private func compare(_ explanation: Any?, _ expected: [String: Any], _ name: String) throws {
      let row = try #require((explanation as? [[String: Any]])?.first)
      #expect(row["attribute"] as? String == "overall" && row["rows"] as? Int == expected["sampled"] as? Int)
      let found = try #require(row["features"] as? [[String: Any]])
      let inputs = try #require(expected["explanation"] as? [[String: Any]])
      #expect(found.count == inputs.count && found.count == 10)
      for (feature, input) in zip(found, inputs) {
        let title = "\(input["name"] ?? "") of \(name)"
        #expect(feature["feature"] as? String == input["name"] as? String, "\(title)")
        let (mean, bounds) = (feature["mean"] as? [String: Any], input["mean"] as? [String: Any])
        for key in ["value", "lower", "upper"] {
          #expect(isClose(number(mean, key), bounds?[key], 1e-11), "\(key) of the mean of \(title)")
        }
        let share = number(feature["share"] as? [String: Any], "value")
        #expect(isClose(share, input["share"], 1e-11), "share of \(title): \(share)")
        guard let absolute = input["meanAbsolute"] as? Double else { continue }
        #expect(
          number(mean, "lower") <= absolute && absolute <= number(mean, "upper"), "\(title): \(absolute)")
      }
    }

    private func number(_ object: [String: Any]?, _ key: String) -> Double {
      (object?[key] as? String).flatMap(Double.init) ?? .nan
    }

    private func isClose(_ found: Double, _ expected: Any?, _ tolerance: Double) -> Bool {
      guard let expected = expected as? Double else { return false }
      return abs(found - expected) <= tolerance
    }

    @Test func anExplainedRowIsXGBoostsWithTheVendorsCautionBesideIt() throws {
      try VendorTemplate.withStudy(serving: true) { study in
        let directory = ["--directory", study.deployment.agent("budapest")]
        let text = try study.explain(directory[0], directory[1])
        #expect(text.code == 0, "\(text.errors)")
        #expect(
          text.output.contains("  caution: scores of patients without a thallium scan"), "\(text.output)")
        #expect(!text.output.contains("is not at this site"))

        let found = try json(study.explain(directory[0], directory[1], "--json").output)
        let card = try #require(found["modelCard"] as? [String: Any])
        #expect(card["isOfThisVersion"] as? Bool == true && found["modelCardNotes"] == nil)
        let row = try #require(try VendorStudy.expected()["row"] as? [String: Any])
        #expect(isClose(number(found, "score"), row["score"], 0))
        // XGBoost adds contributions up in binary32.
        #expect(isClose(number(found, "base"), row["base"], 1e-5))
        let contributions = try #require(row["contributions"] as? [String: Any])
        let inputs = try #require(found["inputs"] as? [[String: Any]])
        #expect(inputs.count == contributions.count)
        for input in inputs {
          let name = input["name"] as? String ?? "?"
          #expect(isClose(number(input, "contribution"), contributions[name], 1e-5), "\(name)")
        }
        // Whoever decides about the protocol sees the same.
        let shown = try study.deployment.siteAgent(
          "protocol", "show", "trees-angiography", directory[0], directory[1])
        #expect(shown.contains("  caution: scores of patients without a thallium scan"), "\(shown)")
        try cardInAFileWinsAndOneThatIsGoneIsTold(study)
        try cardIsAbsentToASiteOfAnotherStudy(study)
      }
    }

    private func cardInAFileWinsAndOneThatIsGoneIsTold(_ study: VendorStudy) throws {
      let directory = study.deployment.agent("budapest")
      let other = try study.explain(
        "--directory", directory, "--model-card", WireDeployment.example + "/model-card.json")
      #expect(other.output.contains("  caution: data of 1981-1987"), "\(other.output)")
      #expect(!other.output.contains("thallium scan lean"))

      let digest = try VendorStudy.cardDigest()
      try FileManager.default.removeItem(atPath: "\(directory)/artifacts/\(digest)")
      let gone = try study.explain("--directory", directory)
      #expect(gone.code == 0 && gone.output.contains("the model card sha256:\(digest) is not at this site"))
      #expect(!gone.output.contains("caution: "))
      // An agent directory that was named has to be one.
      let nowhere = try study.explain("--directory", study.deployment.folder)
      #expect(nowhere.code != 0 && nowhere.errors.contains("hint: "))
    }

    private func cardIsAbsentToASiteOfAnotherStudy(_ study: VendorStudy) throws {
      let deployment = study.deployment
      let digest = try VendorStudy.cardDigest()
      let path = "/v1/objects/\(digest)"
      let own = try deployment.curl("GET", path, as: Credential(agent: deployment.agent("budapest")))
      let card = try fileBytes(VendorStudy.file("model-card.json"))
      let same = own.status == 200 && own.body == card
      #expect(same, "\(own.status)")
      let none = try deployment.curl(
        "GET", "/v1/objects/" + String(repeating: "0f", count: 32),
        as: Credential(agent: deployment.agent("cleveland")))
      // Of the same tenant and no site of the study; and of another tenant.
      for agent in [deployment.agent("cleveland"), deployment.rivalAgent] {
        let foreign = try deployment.curl("GET", path, as: Credential(agent: agent))
        #expect(foreign.status == 404 && foreign.body == none.body, "\(agent): \(foreign.status)")
      }
    }
  }
}
