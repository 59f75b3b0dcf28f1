import CanonicalJSON
import Cryptography
import EvaluationProtocols
import TestSupport
import Testing

@Suite struct ProtocolParsingTests {
  @Test func goodDocumentsAreAcceptedAndKeepTheirBytes() throws {
    let names = try ProtocolVectors.names("accept")
    #expect(names.count >= 2)
    for name in names {
      let bytes = try ProtocolVectors.bytes("accept/\(name)")
      let parsed = try EvaluationProtocol.parse(bytes)
      #expect(parsed.bytes == bytes && parsed.digest == Digest(of: bytes), "\(name)")
    }
  }

  @Test func theExampleStudyIsAccepted() throws {
    let bytes = try fileBytes(Repository.path("protocols/examples/heart-disease/protocol.json"))
    let parsed = try EvaluationProtocol.parse(bytes)
    #expect(parsed.id == "heart-disease-angiography" && parsed.validationSites.count == 3)
  }

  @Test func brokenDocumentsAreRefusedForTheRuleTheyBreakAndSayWhatToDo() throws {
    let names = try ProtocolVectors.names("reject")
    let expected = try ProtocolVectors.expected()
    #expect(names.count >= 160 && names == expected.keys.sorted())
    for name in names {
      let bytes = try ProtocolVectors.bytes("reject/\(name)")
      let error = #expect(throws: ProtocolError.self, "\(name)") { try EvaluationProtocol.parse(bytes) }
      let words = try #require(expected[name])
      #expect(error?.description.contains(words) == true, "\(name): \(error?.description ?? "accepted")")
      #expect(error?.remedy.isEmpty == false, "\(name)")
    }
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theVectorsAreWhatTheirProgramMakes() throws {
    let script = Repository.path("protocols/vectors/protocol/make.py")
    #expect(try OtherProgram.run("python3", ["-B", script, "--check"]).status == 0)
  }

  @Test func everyFieldArrivesWhereItBelongs() throws {
    let parsed = try ProtocolVectors.full()
    #expect(parsed.version == 2 && parsed.study.riskCategory == .moderate)
    #expect(
      parsed.model.scorePrecision == .decimals(6)
        && parsed.model.thresholds.map(\.value.text) == ["0.3", "0.6"])
    #expect(parsed.baseline?.column == "ews" && parsed.data.patientColumn == "patient")
    #expect(parsed.cohort.rules.last == .firstPerPatient(by: "visit"))
    #expect(parsed.attributes.map(\.levelIDs.count) == [3, 4])
    #expect(parsed.windows.ids == ["2025-q1", "2025-q2"])
    #expect(parsed.drift.columns.map(\.column) == ["lactate", "ward"])
    #expect(parsed.sites.count == 4 && parsed.validationSites.map(\.id) == ["north", "south", "west"])
    #expect(parsed.phases.map(\.name) == [.silent, .limited, .broad])
    #expect(parsed.amendment?.reason == "a hospital joined")
    #expect(parsed.authorship?.vendor == "Example Vendor" && parsed.authorship?.modelAuthors.count == 2)
    let plan = try #require(parsed.monitoring)
    #expect([plan.everyDays, plan.openDays, plan.quorum, plan.looks] == [30, 14, 2, 12])
    #expect(parsed.phase(.silent)?.signOffs.map(\.organisation) == ["North", "South"])
    #expect(parsed.phase(.silent)?.goCriteria.allSatisfy { $0.window == .all && $0.looks == nil } == true)
    #expect(parsed.phase(.limited)?.stopCriteria.compactMap(\.looks) == [.alwaysValid])
    #expect(parsed.phase(.limited)?.stopCriteria.prefix(2).map(\.window) == [.all, .newest])
    #expect(parsed.phase(.broad)?.stopCriteria.map(\.looks) == [.alphaSpending(planned: 12), nil])
    #expect(parsed.phase(.broad)?.stopCriteria.map(\.interval) == [.standard, .exact])
    #expect(
      parsed.phase(.silent)?.goCriteria.map(\.scope) == [
        .everySite, .newSite, .withinSite, .randomEffects, .worstSite, .pooledRows, .pooledRows,
        .randomEffects,
        .withinSite, .worstSite, .everySite, .pooledRows,
      ])
    #expect(
      parsed.slices.map(\.text) == [
        "overall", "sex=female", "sex=male", "sex=missing", "age-band=young", "age-band=middle",
        "age-band=old",
        "age-band=missing",
      ])
  }

  @Test func whatIsEstimatedBesideTheCountsArrivesWhereItBelongs() throws {
    let parsed = try ProtocolVectors.full()
    #expect(parsed.baseline?.thresholds.map(\.text) == ["5", "7"])
    #expect(parsed.attributes.map(\.reference) == ["male", nil])
    #expect(parsed.intersections.map(\.id) == ["old-women", "old-men"])
    #expect(parsed.intersections.first?.levels.map(\.text) == ["sex=female", "age-band=old"])
    #expect(parsed.analysis.standardPrevalence?.text == "0.1" && parsed.analysis.multiplicity == .holm)
    let cusum = try #require(parsed.analysis.cusum)
    #expect(cusum.oddsRatio.text == "2" && cusum.limit.text == "4.5" && cusum.runLength == 100)
    let explanation = try #require(parsed.analysis.explanation)
    #expect(explanation.rows == 10_000 && explanation.features.map(\.name) == ["lactate", "ward_b"])
    #expect(explanation.features.map(\.largest.text) == ["2.5", "0.5"])
    #expect([21, 20, 30_000].map(explanation.sampled) == [10, 10, 10_000])
    let operations = try #require(parsed.operations)
    #expect(operations.alert.column == "alert" && operations.alert.values == ["shown", "paged"])
    #expect(operations.override?.column == "response" && operations.override?.values == ["dismissed"])
    #expect(operations.acknowledgement?.edges.map(\.text) == ["5", "15", "60"])
    #expect(operations.acknowledgement?.target.text == "15")
    #expect(parsed.drift.statement == parsed.model.artifact)
    let go = try #require(parsed.phase(.silent)?.goCriteria)
    #expect(go.filter { $0.contrast == .gap }.map(\.id) == ["sex-gap", "old-gap"])
    #expect(parsed.phase(.limited)?.stopCriteria.compactMap(\.profile) == ["lactate"])
  }

  @Test func aStudyWithoutThemHasNone() throws {
    let parsed = try ProtocolVectors.small()
    #expect(parsed.baseline == nil && parsed.intersections.isEmpty && parsed.operations == nil)
    #expect(parsed.analysis == AnalysisPlan() && parsed.drift.statement == nil)
  }

  @Test func oneChangedByteGivesAnotherIdentity() throws {
    let text = String(decoding: try ProtocolVectors.bytes("accept/small.json"), as: UTF8.self)
    let other = text.replacing("earlier", with: "Earlier")
    #expect(text != other)
    #expect(
      try EvaluationProtocol.parse(Array(other.utf8)).digest
        != EvaluationProtocol.parse(Array(text.utf8)).digest)
  }

  @Test func everyPrefixIsRefusedAndNoneEndsTheProcess() throws {
    let bytes = try ProtocolVectors.bytes("accept/small.json")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: ProtocolError.self) { try EvaluationProtocol.parse(Array(bytes.prefix(count))) }
    }
  }

  @Test func aStudyWhoseAggregateNoReaderWouldTakeIsRefused() throws {
    // 2 million values are read. A window has three counts an interval, the edges, and some fifty values more.
    #expect(throws: Never.self) { try parse(windows: 1000, fineEdges: 480) }
    let error = #expect(throws: ProtocolError.self) { try parse(windows: 1000, fineEdges: 490) }
    #expect(error?.description.contains("an aggregate may have 20") == true)
  }

  @Test(
    "what a site sends beside the counts of every study is counted too",
    arguments: [
      ("baseline", #"{"column":"old","name":"old score","thresholds":["3"]}"#),
      ("analysis", #"{"cusum":{"limit":"4","oddsRatio":"2","runLength":100}}"#),
      ("operations", #"{"alert":{"column":"alert","values":["1"]}}"#),
    ])
  func furtherCountsAreOfTheAggregateToo(section: String, text: String) throws {
    // 1,999,972 values without the section, which adds at least one to each of 994 windows.
    #expect(throws: Never.self) { try parse(windows: 994, fineEdges: 486) }
    let value = try parseCanonicalJSON(Array(text.utf8), limits: .small)
    let error = #expect(throws: ProtocolError.self) {
      try parse(windows: 994, fineEdges: 486, adding: [section: value])
    }
    #expect(error?.description.contains("an aggregate may have 20") == true)
  }

  @Test func anExplanationIsOfTheAggregateToo() throws {
    // As above; it is of a model that sites run.
    let text = String(decoding: try ProtocolVectors.bytes("accept/small.json"), as: UTF8.self)
    var model = try #require(
      try parseCanonicalJSON(Array(text.utf8), limits: .protocolDocument).object?.members
        .first { $0.key == "model" }?.value.object)
    model["kind"] = "logisticRegression"
    model["features"] = model.members.first { $0.key == "artifact" }?.value
    #expect(throws: Never.self) { try parse(windows: 994, fineEdges: 486, adding: ["model": .object(model)]) }
    let explanation: JSONValue = [
      "explanation": ["rows": 1000, "features": [["name": "x", "largest": "1"]]]
    ]
    let error = #expect(throws: ProtocolError.self) {
      try parse(
        windows: 994, fineEdges: 486, adding: ["model": .object(model), "analysis": explanation])
    }
    #expect(error?.description.contains("an aggregate may have 20") == true)
  }

  @Test func intersectionsCountAsSlices() throws {
    // Five slices: all rows, and one level and missing of each attribute. 1,962,664 values; the sixth makes 2,290,464.
    let attribute = { (id: String) -> JSONValue in
      [
        "attribute": .string(id), "column": .string(id),
        "levels": [["level": "one", "label": "one", "codes": ["1"]]],
      ]
    }
    let slices: JSONValue = .array([attribute("first"), attribute("second")])
    let intersections: JSONValue = [
      [
        "id": "both",
        "levels": [["attribute": "first", "level": "one"], ["attribute": "second", "level": "one"]],
      ]
    ]
    #expect(throws: Never.self) { try parse(windows: 220, fineEdges: 480, adding: ["slices": slices]) }
    let error = #expect(throws: ProtocolError.self) {
      try parse(windows: 220, fineEdges: 480, adding: ["slices": slices, "intersections": intersections])
    }
    #expect(error?.description.contains("an aggregate may have 2") == true)
  }

  private func parse(windows: Int, fineEdges: Int, adding sections: [String: JSONValue] = [:]) throws {
    var document = try #require(
      try parseCanonicalJSON(try ProtocolVectors.bytes("accept/small.json"), limits: .protocolDocument).object
    )
    document["windows"] = [
      "kind": "dated", "column": "time",
      "list": .array(
        try (0..<windows).map { index in
          let start = try UTCTime(secondsSinceEpoch: Int64(index) * 60)
          let end = try UTCTime(secondsSinceEpoch: Int64(index) * 60 + 60)
          return ["id": .string("w\(index)"), "start": .string(start.text), "end": .string(end.text)]
        }),
    ]
    document["grid"] = [
      "calibrationEdges": [],
      // Below the threshold of 0.5, on which none of them may fall.
      "fineEdges": .array(
        try (1...fineEdges).map { .string(try ExactDecimal(Double($0) / 1024).text) }),
    ]
    for (key, value) in sections { document[key] = value }
    _ = try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }
}

extension JSONValue {
  fileprivate var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }
}
