import Testing

@testable import Tenancy

@Suite struct SpiffeNameTests {
  @Test func namesReadBack() throws {
    let agent = "spiffe://t-abc.demo.equipoise.test/site/north/agent/n-1"
    let name = try #require(SpiffeName(parsing: agent))
    #expect(name.tenant == "t-abc" && name.deployment == "demo.equipoise.test")
    #expect(name.principal == .agent(site: "north", instance: "n-1") && name.uri == agent)
    #expect(name.host == "t-abc.demo.equipoise.test" && name.principal.path == "site/north/agent/n-1")
    let user = "spiffe://operators.demo/user/u-1"
    #expect(SpiffeName(parsing: user)?.principal == .user(id: "u-1"))
    #expect(SpiffeName(parsing: user)?.uri == user)
  }

  @Test(
    "any other spelling is refused",
    arguments: [
      "", "spiffe://", "spiffe://t-a.demo", "spiffe://t-a.demo/", "spiffe:///user/u-1",
      "SPIFFE://t-a.demo/user/u-1", "spiffe://T-a.demo/user/u-1", "spiffe://t-a.demo/User/u-1",
      "spiffe://t-a.demo/user/U-1", "spiffe://t-a.demo/user/u%2d1", "spiffe://t-a.demo/user/..",
      "spiffe://t-a.demo/user/.", "spiffe://t-a.demo//user/u-1", "spiffe://t-a.demo/user//u-1",
      "spiffe://t-a.demo/user/u-1/", "spiffe://t-a.demo:443/user/u-1", "spiffe://x@t-a.demo/user/u-1",
      "spiffe://t-a.demo/user/u-1?x", "spiffe://t-a.demo/user/u-1#x", "spiffe://t-a/user/u-1",
      "spiffe://t-a..demo/user/u-1", "spiffe://t-a.demo./user/u-1", "spiffe://.demo/user/u-1",
      "spiffe://t-a.demo/user/u-1/x", "spiffe://t-a.demo/site/north", "spiffe://t-a.demo/site/north/agent",
      "spiffe://t-a.demo/site/17/agent/n-1", "spiffe://t-a.demo/site/north/agents/n-1",
      "spiffe://t-a.demo/site/north/agent/n-1/x", "spiffe://t-a.demo/site/../agent/n-1",
      "https://t-a.demo/user/u-1", " spiffe://t-a.demo/user/u-1", "spiffe://t-a.demo/user/u-1 ",
      "spiffe://t-a.demo/user/ü", "spiffe://t_a.demo/user/u-1", "spiffe://-a.demo/user/u-1",
    ])
  func otherSpellings(uri: String) {
    #expect(SpiffeName(parsing: uri) == nil)
  }

  @Test func moreThan255BytesAreRefused() {
    let labels = Array(repeating: String(repeating: "a", count: 60), count: 4).joined(separator: ".")
    let longest = "spiffe://t-a." + labels.prefix(255 - 22) + "/user/u-1"
    #expect(longest.utf8.count == 255 && SpiffeName(parsing: longest) != nil)
    #expect(SpiffeName(parsing: longest + "1") == nil)
  }

  @Test func madeIdentifiersAreLongAndDiffer() throws {
    let made = try (0..<100).map { _ in try Identifier.tenant.make() }
    #expect(Set(made).count == 100)
    for id in made {
      #expect(id.utf8.count == 28 && id.hasPrefix("t-") && isIdentifier(id))
      #expect(id.dropFirst(2).allSatisfy { "abcdefghijklmnopqrstuvwxyz234567".contains($0) })
    }
  }
}
