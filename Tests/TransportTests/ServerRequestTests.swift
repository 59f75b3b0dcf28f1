import Cryptography
import Foundation
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: ServerPKI.isAvailable, "needs openssl, curl and python3"))
struct ServerRequestTests {
  @Test func aRequestIsAnswered() throws {
    let fixture = try ServerFixture()
    let answer = try fixture.curl("/hello")
    #expect(answer.exit == 0 && answer.status == 200 && answer.body == "hello")
    #expect(fixture.handler.seen.lastHead?.method == "GET")
    #expect(fixture.server.statistics.requests == 1)
  }

  @Test func theHandlerLearnsWhoAsksAndFromWhere() throws {
    let fixture = try ServerFixture()
    let answer = try fixture.curl("/who")
    let serial = try OtherProgram.run(
      "openssl", ["x509", "-in", fixture.pki.path("a.pem"), "-noout", "-serial"])
    let expected = serial.output.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst(7).lowercased()
    #expect(answer.body == "\(expected) 127.0.0.1")
    let peer = try #require(fixture.handler.seen.lastPeer)
    let leaf = try Certificate(pem: try fixture.pki.bytes("a.pem"))
    let anchor = try Certificate(pem: try fixture.pki.bytes("tenant-a.pem"))
    #expect(peer.leaf == leaf && peer.leafKeyDigest == leaf.publicKey.digest)
    #expect(peer.anchorKeyDigest == anchor.publicKey.digest)
  }

  @Test func aListenerWithoutClientCertificatesHasNoPeer() throws {
    let fixture = try ServerFixture()
    let answer = try fixture.curl("/who", as: nil, port: fixture.joinPort)
    #expect(answer.body == "nobody 127.0.0.1")
  }

  @Test func aBodyArrivesWhole() throws {
    let fixture = try ServerFixture()
    try withTemporaryDirectory { folder in
      let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try Data(content).write(to: URL(fileURLWithPath: folder + "/body"))
      let answer = try fixture.curl("/upload", ["--data-binary", "@\(folder)/body"])
      #expect(answer.body == "3000000 \(Digest(of: content).hex)")
      // Without a length, in as many frames as it takes.
      let unannounced = try fixture.curl(
        "/upload", ["-H", "Transfer-Encoding: chunked", "--data-binary", "@\(folder)/body"])
      #expect(fixture.handler.seen.lastHead?.contentLength == nil)
      #expect(unannounced.body == answer.body)
    }
    #expect(fixture.server.statistics.bufferedBytes == 0)
  }

  @Test func aLargeAnswerArrivesWhole() throws {
    let fixture = try ServerFixture()
    let answer = try fixture.curl("/big", ["--limit-rate", "20M"])
    #expect(answer.status == 200 && answer.body.utf8.count == 8_388_608)
  }

  @Test func aBodyOverItsLimitIsRefusedByItsLength() throws {
    let fixture = try ServerFixture()
    try withTemporaryDirectory { folder in
      try Data(count: 100_001).write(to: URL(fileURLWithPath: folder + "/over"))
      try Data(count: 100_000).write(to: URL(fileURLWithPath: folder + "/at"))
      #expect(try fixture.curl("/small", ["--data-binary", "@\(folder)/over"]).status == 413)
      #expect(try fixture.curl("/small", ["--data-binary", "@\(folder)/at"]).status == 200)
    }
    #expect(fixture.handler.seen.started == ["/small"])
  }

  @Test func anAnswerBeforeTheBodyIsGivenWithoutReadingIt() throws {
    let fixture = try ServerFixture()
    try withTemporaryDirectory { folder in
      try Data(count: 30_000_000).write(to: URL(fileURLWithPath: folder + "/body"))
      let answer = try fixture.curl("/busy", ["--data-binary", "@\(folder)/body", "-D", folder + "/head"])
      #expect(answer.status == 429)
      let head = String(decoding: try fileBytes(folder + "/head"), as: UTF8.self)
      #expect(head.contains("retry-after: 7"))
    }
    #expect(fixture.handler.seen.started == [])
  }

  @Test func theHandlerAnswersWhoseBodyItDoesNotWant() throws {
    let fixture = try ServerFixture()
    try withTemporaryDirectory { folder in
      try Data(count: 30_000_000).write(to: URL(fileURLWithPath: folder + "/body"))
      // After a success some curls wait to send the rest, whatever they are told, until their time is over.
      let refused = try fixture.curl("/refused", ["--data-binary", "@\(folder)/body", "--max-time", "2"])
      #expect(refused.status == 200 && refused.body == "0 bytes", "\(refused)")
      // Whether the length is announced or found out.
      for more in [[], ["--header", "content-length:"]] {
        let over = try fixture.curl("/small/explained", ["--data-binary", "@\(folder)/body"] + more)
        #expect(over.status == 413 && over.exit == 0 && over.body.hasSuffix(": more than 100000"), "\(over)")
        #expect(!over.body.hasPrefix("nobody"))
      }
    }
    #expect(fixture.handler.seen.started == ["/refused"])
  }

  @Test(arguments: [
    "/a%2fb", "/a//b", "/a/./b", "/a/..", "/..", "/.", "//", "/a;b", "/a@b", "/ä", "/a?b%20c",
    "/a?b?c", "/a?b/c",
  ])
  func aPathWithASecondSpellingIsRefused(path: String) throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl(path).status == 400)
    #expect(fixture.handler.seen.decided == [])
  }

  @Test func plainPathsAndQueriesAreRead() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl("/query?a=1&b=x.y_z~-").body == "a=1&b=x.y_z~-")
    #expect(try fixture.curl("/query").body == "none")
    #expect(try fixture.curl("/.well-known/a..b/").status == 404)
    #expect(fixture.handler.seen.decided.last == "/.well-known/a..b/")
    let long = "/" + String(repeating: "a", count: 8191)
    #expect(try fixture.curl(long).status == 404)
    #expect(try fixture.curl(long + "a").status == 414)
  }

  @Test func headHasNoContent() throws {
    let fixture = try ServerFixture()
    let answer = try fixture.curl("/hello", ["-I"])
    #expect(answer.status == 200 && answer.body.contains("content-length: 5"))
  }

  @Test func anUnsoundFieldOfTheHandlerIsNotSent() throws {
    let fixture = try ServerFixture()
    let answer = try fixture.curl("/unsound", ["-i"])
    #expect(answer.status == 500 && !answer.body.contains("b: c"))
  }

  @Test func fieldsAreKeptOnceAndInLowerCase() throws {
    let fixture = try ServerFixture()
    #expect(try fixture.curl("/hello", ["-H", "X-Thing: one"]).status == 200)
    #expect(fixture.handler.seen.lastHead?.value(of: "x-thing") == "one")
    #expect(try fixture.curl("/hello", ["-H", "X-Thing: one", "-H", "x-thing: two"]).status == 400)
    #expect(try fixture.curl("/hello", ["-H", "X-Thing: \u{e4}"]).status == 400)
  }
}
