import Cryptography
import Foundation
import StudyFixtures
import TestSupport
import Testing

/// A file of trees that nobody may run, and what is said of it.
struct HostileModel: Sendable, CustomTestStringConvertible {
  let name: String
  /// Part of the one sentence.
  let sentence: String
  let bytes: @Sendable () throws -> [UInt8]

  var testDescription: String { name }

  init(_ name: String, _ sentence: String, _ bytes: @escaping @Sendable () throws -> [UInt8]) {
    self.name = name
    self.sentence = sentence
    self.bytes = bytes
  }

  private static let folder = Repository.path("Tests/TreeEnsemblesTests/Reference/")

  static let all: [HostileModel] = [
    HostileModel("no model", "is no file of trees that XGBoost or LightGBM writes") {
      Array("import os".utf8)
    },
    HostileModel("cycle", "node 0 of tree 0 is reached twice") {
      try xgboost { $0.list("left_children", at: 1, 0) }
    },
    HostileModel("child out of range", "names the child 1000000, which the tree does not have") {
      try xgboost { $0.list("left_children", at: 1, 1_000_000) }
    },
    HostileModel("10^9 nodes claimed", "has 31 values in place of 1000000000") {
      try xgboost { $0.parameter("num_nodes", "1000000000") }
    },
    HostileModel("chain of 50,000 splits", "is deeper than 64") { try xgboost { $0.makeChain(50_000) } },
    HostileModel("nested 10^6 deep", "expected an object") {
      Array((#"{"learner":"# + String(repeating: "[", count: 1_000_000)).utf8)
    },
    HostileModel("nested 10^6 deep where anything goes", "values are nested too deeply") {
      let text = String(decoding: try fileBytes(folder + "xgboost-3.2.0-leaves.json"), as: UTF8.self)
      let start = try #require(text.range(of: #""base_weights":["#))
      return Array((text[..<start.upperBound] + String(repeating: "[", count: 1_000_000)).utf8)
    },
    HostileModel("unknown objective", "has the objective survival:cox, which gives no probability") {
      try xgboost(learner: ["objective": ["name": "survival:cox"]]) { _ in }
    },
    HostileModel("unknown version", "was written by version 9.0.0 of XGBoost, which is not known here") {
      try xgboost(model: ["version": [9, 0, 0]]) { _ in }
    },
    HostileModel("unknown field", "surprise of learner") {
      try xgboost(learner: ["surprise": "x"]) { _ in }
    },
    HostileModel("10^9 numbers claimed in UBJSON", "is larger than the file has bytes left") {
      var bytes = try fileBytes(folder + "xgboost-3.2.0-missing.ubj")
      // The type and the eight bytes of the first list's length.
      let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("[$l#L".utf8)) }) + 5
      bytes.replaceSubrange(place..<place + 8, with: [0, 0, 0, 0, 0x3B, 0x9A, 0xCA, 0])
      return bytes
    },
    HostileModel("unknown version of LightGBM", "was written by version v9 of LightGBM's format") {
      try lightGBM { $0.replacing("version=v4", with: "version=v9") }
    },
    HostileModel("unknown objective of LightGBM", "has the objective poisson, which gives no probability") {
      try lightGBM { $0.replacing("objective=binary sigmoid:1", with: "objective=poisson") }
    },
    HostileModel("LightGBM file cut", "ends before the model does") {
      try lightGBM { String($0.prefix(3000)) }
    },
  ]

  private static func lightGBM(_ change: (String) -> String) throws -> [UInt8] {
    Array(
      change(String(decoding: try fileBytes(folder + "lightgbm-4.7.0-nan.txt"), as: UTF8.self)).utf8)
  }

  /// A model as XGBoost wrote it, with its first tree and some of its fields changed.
  private static func xgboost(
    model fields: [String: Any] = [:], learner changes: [String: Any] = [:],
    _ change: (inout FirstTree) -> Void
  ) throws -> [UInt8] {
    var model = try json(
      String(decoding: fileBytes(folder + "xgboost-3.2.0-missing.json"), as: UTF8.self))
    var learner = try #require(model["learner"] as? [String: Any])
    var booster = try #require(learner["gradient_booster"] as? [String: Any])
    var inner = try #require(booster["model"] as? [String: Any])
    var trees = try #require(inner["trees"] as? [[String: Any]])
    var first = FirstTree(fields: trees[0])
    change(&first)
    trees[0] = first.fields
    inner["trees"] = trees
    booster["model"] = inner
    learner["gradient_booster"] = booster
    model["learner"] = learner.merging(changes) { $1 }
    return try Array(
      JSONSerialization.data(withJSONObject: model.merging(fields) { $1 }, options: .sortedKeys))
  }
}

/// The lists of one tree.
struct FirstTree {
  var fields: [String: Any]

  mutating func list(_ name: String, at place: Int, _ value: Int) {
    var numbers = fields[name] as? [Int] ?? []
    numbers[place] = value
    fields[name] = numbers
  }

  mutating func parameter(_ name: String, _ value: String) {
    var parameters = fields["tree_param"] as? [String: String] ?? [:]
    parameters[name] = value
    fields["tree_param"] = parameters
  }

  /// Makes it a tree in which every right child splits again.
  mutating func makeChain(_ splits: Int) {
    let count = 2 * splits + 1
    for name in ["left_children", "right_children"] {
      let step = name == "left_children" ? 1 : 2
      fields[name] = (0..<count).map { $0 % 2 == 0 && $0 < count - 1 ? $0 + step : -1 }
    }
    for name in [
      "parents", "split_conditions", "split_indices", "split_type", "default_left", "sum_hessian",
      "base_weights", "loss_changes",
    ] {
      fields[name] = [Int](repeating: 0, count: count)
    }
    parameter("num_nodes", "\(count)")
  }
}
