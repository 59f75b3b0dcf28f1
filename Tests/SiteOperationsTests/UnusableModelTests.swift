import CoordinatorAPI
import Foundation
import SiteOperations
import TestSupport
import Testing

/// A model that the agent fetched by its digest and must not run.
@Suite struct UnusableModelTests {
  private static let trees = Repository.path("Tests/TreeEnsemblesTests/Reference/xgboost-3.2.0-leaves.json")

  private func model(_ change: (String) -> String) throws -> [UInt8] {
    Array(change(String(decoding: try fileBytes(Self.trees), as: UTF8.self)).utf8)
  }

  @Test(
    "a model that cannot be run is declined with its word, and the agent goes on",
    arguments: ["another objective", "another version", "cut", "no trees"])
  func unusableModelIsDeclined(how: String) async throws {
    let bytes: [UInt8] =
      switch how {
      case "another objective": try model { $0.replacing("binary:logistic", with: "survival:cox") }
      case "another version": try model { $0.replacing(#""version":[3,"#, with: #""version":[9,"#) }
      case "cut": try model { String($0.prefix($0.count / 2)) }
      default: Array("no trees".utf8)
      }
    try await TestAgent.with(trees: bytes) { agent in
      try await agent.untilComputed(.automatic)
      #expect(try await agent.record().state == .declined)
      #expect(agent.coordinator.refusals == [RefusalDocument(code: .modelUnusable).encode()])
      #expect(agent.coordinator.submitted.isEmpty)
      // Another run of the same worker finds nothing more to do.
      try await agent.worker().runOnce()
      #expect(agent.coordinator.refusals.count == 1)
    }
  }
}
