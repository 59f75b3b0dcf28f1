import Foundation
import TestSupport
import Testing
import Transport

/// After each of these the server must serve an honest client: nothing a peer sends ends the process.
@Suite(.enabled(if: ServerPKI.isAvailable, "needs openssl, curl and python3"))
struct ServerHostileTests {
  @Test(arguments: [
    ("no-authority", "goaway 1 closed"), ("no-path", "goaway 1 closed"), ("two-paths", "goaway 1 closed"),
    ("late", "goaway 1 closed"), ("unknown", "goaway 1 closed"), ("plain", "status 400"),
    ("connect", "status 400"), ("two-hosts", "status 400"), ("same-host", "status 200"),
  ])
  func aHeadHasOneReading(block: String, outcome: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile("pseudo", [block]).hasPrefix(outcome))
    #expect(fixture.handler.seen.decided.count == (block == "same-host" ? 1 : 0))
    #expect(try fixture.stillServes())
  }

  @Test(arguments: [
    ("Upper", "x"), ("x", "a\\x00b"), ("x", "a\\nb"), ("connection", "close"),
    ("transfer-encoding", "chunked"),
    ("te", "gzip"), ("x y", "z"), ("content-length", "+3"), ("content-length", "3, 3"),
    ("content-length", "99999999999999999999"),
  ])
  func aFieldThatHTTPDoesNotAllowEndsTheConnection(name: String, value: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile("field", [name, value]) == "goaway 1 closed")
    #expect(fixture.handler.seen.decided == [])
    #expect(try fixture.stillServes())
  }

  @Test(arguments: ["/a b", "/a\\x00b", "/a\\r\\nx: y", "a", "*", "", "https://localhost/a"])
  func aTargetThatIsNoPathIsRefused(path: String) throws {
    let fixture = try ServerFixture()
    let outcome = try fixture.hostile("path", [path])
    #expect(outcome.hasPrefix("status 400") || outcome == "goaway 1 closed")
    #expect(fixture.handler.seen.decided == [])
  }

  @Test(arguments: [("90", "status 200"), ("99", "status 431"), ("500", "goaway 11 closed")])
  func fieldsAreCounted(count: String, outcome: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile("many-fields", [count]).hasPrefix(outcome))
    #expect(try fixture.stillServes())
  }

  @Test(arguments: [("60", "status 200"), ("70", "status 431")])
  func headsAreMeasured(kilobytes: String, outcome: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile("large-head", [kilobytes]).hasPrefix(outcome))
    #expect(try fixture.stillServes())
  }

  @Test(arguments: [
    ("hpack-bomb", [], "goaway 11 closed"), ("continuation-flood", [], "goaway 1 closed"),
    ("flood", ["reset", "200"], "goaway 2 closed"), ("flood", ["provoked", "10"], "goaway 1 closed"),
    ("flood", ["ping", "300"], "goaway 11 closed"), ("flood", ["settings", "300"], "goaway 11 closed"),
    ("flood", ["priority", "300"], "goaway 11 closed"), ("flood", ["window", "300"], "goaway 11 closed"),
    ("flood", ["data", "300"], "goaway 11 closed"), ("trailers", [], "goaway 1 closed"),
    ("wrong-length", ["3"], "reset 1 goaway 1 closed"), ("wrong-length", ["5"], "reset 1 goaway 1 closed"),
    ("wrong-length", ["4"], "status 200"), ("flood", ["ping", "50"], "nothing"),
    ("flood", ["reset", "20"], "nothing"),
  ])
  func floodsAndContradictionsEndTheConnectionOnly(
    scenario: String, options: [String], outcome: String
  ) async throws {
    var limits = ServerLimits()
    limits.controlFrameBurst = 100
    limits.resetBurst = 30
    let fixture = try ServerFixture(limits)
    #expect(try fixture.hostile(scenario, options) == outcome)
    #expect(try fixture.stillServes())
    // Whatever the streams had started has ended with them.
    #expect(
      await fixture.eventually { fixture.handler.seen.started.count == fixture.handler.seen.answered.count })
    #expect(fixture.server.statistics.bufferedBytes == 0)
  }

  @Test func aHeadHasOneDeadlineHoweverBytesArrive() throws {
    var limits = ServerLimits()
    limits.headDeadline = .milliseconds(400)
    let fixture = try ServerFixture(limits)
    let seconds = try #require(Double(try fixture.hostile("slow-head").split(separator: " ").last ?? ""))
    #expect(seconds > 0.3 && seconds < 3)
    #expect(fixture.server.statistics.endedForErrors == 1)
    #expect(try fixture.stillServes())
  }

  @Test func aClientThatSaysNothingAfterItsHandshakeIsSentAway() throws {
    var limits = ServerLimits()
    limits.headDeadline = .milliseconds(400)
    let fixture = try ServerFixture(limits)
    let seconds = try #require(Double(try fixture.hostile("no-preface").split(separator: " ").last ?? ""))
    #expect(seconds > 0.3 && seconds < 3)
  }

  @Test func aBodyBelowTheMinimumRateIsAnswered408() throws {
    var limits = ServerLimits()
    limits.rateGrace = .milliseconds(300)
    let fixture = try ServerFixture(limits)
    let outcome = try fixture.hostile("slow-body")
    #expect(outcome.hasPrefix("status 408"))
    let seconds = try #require(Double(outcome.split(separator: " ").last ?? ""))
    #expect(seconds > 0.25 && seconds < 4)
    #expect(fixture.handler.seen.started == [])
    #expect(fixture.server.statistics.bufferedBytes == 0)
    #expect(try fixture.stillServes())
  }

  @Test func aBodyAboveTheMinimumRateStillHasADeadline() throws {
    var limits = ServerLimits()
    limits.minimumRate = 1
    limits.bodyDeadline = .milliseconds(500)
    #expect(try ServerFixture(limits).hostile("slow-body").hasPrefix("status 408"))
  }

  @Test func aBodyThatTurnsOutTooLongIsAnswered413() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.hostile("too-long").hasPrefix("status 413"))
    #expect(fixture.handler.seen.started == [])
    #expect(try fixture.stillServes())
  }

  @Test func bodiesShareOneBudget() throws {
    var limits = ServerLimits()
    limits.maximumBufferedBytes = 50_000
    let fixture = try ServerFixture(limits)
    try withTemporaryDirectory { folder in
      try Data(count: 60_000).write(to: URL(fileURLWithPath: folder + "/over"))
      try Data(count: 50_000).write(to: URL(fileURLWithPath: folder + "/at"))
      #expect(try fixture.curl("/upload", ["--data-binary", "@\(folder)/over"]).status == 503)
      #expect(try fixture.curl("/upload", ["--data-binary", "@\(folder)/at"]).status == 200)
    }
    #expect(fixture.server.statistics.bufferedBytes == 0)
  }

  @Test func anAnswerThatNobodyTakesIsGivenUp() throws {
    var limits = ServerLimits()
    limits.writeStall = .milliseconds(400)
    let fixture = try ServerFixture(limits)
    #expect(try fixture.hostile("shut-window").hasPrefix("status 200 reset 8"))
    #expect(try fixture.hostile("deaf", ["1.5"]) == "cut")
    #expect(try fixture.stillServes())
  }

  @Test func streamsAtATimeAreLimited() throws {
    var limits = ServerLimits()
    limits.maximumConcurrentStreams = 8
    let fixture = try ServerFixture(limits)
    #expect(try fixture.hostile("too-many-streams", ["8"]) == "served 8 nothing")
    #expect(try fixture.hostile("too-many-streams", ["9"]) == "served 0 goaway 1 closed")
  }
}
