import Testing

@testable import Transport

/// The limits of an answer, without a server that breaks them.
@Suite struct ExchangeTests {
  private let exchange = Exchange(
    ClientRequest(method: "GET", path: "/", maximumResponseBytes: 4), observations: TLSObservations())

  private func take(_ line: String) -> Bool {
    Array(line.utf8).withUnsafeBytes { exchange.takeHeader($0) }
  }

  @Test func interimAnswersAreForgotten() {
    #expect(take("HTTP/2 103 \r\n") && take("link: a\r\n") && take("\r\n"))
    #expect(take("HTTP/2 200 \r\n") && take("X-B:  c \r\n") && take("\r\n"))
    #expect(exchange.status == 200)
    #expect(exchange.fields.map(\.name) == ["x-b"] && exchange.fields.map(\.value) == ["c"])
  }

  @Test func trailersAreNotFields() {
    #expect(take("HTTP/2 200 \r\n") && take("\r\n") && take("x-late: 1\r\n"))
    #expect(exchange.fields.isEmpty)
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n", "HTTP/2 99 \r\n", "HTTP/2 600 \r\n", "HTTP/2 x\r\n", "no colon\r\n",
  ])
  func otherHeadsAreRefused(line: String) {
    #expect(!take(line))
    #expect(exchange.violation != nil)
  }

  @Test func hundredFieldsAreTakenAndNoMore() {
    #expect(take("HTTP/2 200 \r\n"))
    for number in 0..<100 { #expect(take("x-\(number): 1\r\n")) }
    #expect(!take("x-100: 1\r\n"))
    #expect(exchange.isTooLarge)
  }

  @Test func headIsCutAtItsLimit() {
    let line = "x: " + String(repeating: "a", count: 16_000) + "\r\n"
    #expect(take("HTTP/2 200 \r\n") && take(line) && take(line) && take(line) && take(line))
    #expect(!take(line))
    #expect(exchange.isTooLarge)
  }

  @Test func bodyIsCutAtItsLimit() {
    let bytes: [UInt8] = [1, 2, 3, 4]
    #expect(bytes.withUnsafeBytes { exchange.takeBody($0) })
    #expect(![5].withUnsafeBytes { exchange.takeBody($0) })
    #expect(exchange.body == bytes && exchange.isTooLarge)
  }

  @Test func onlyWhatMayBeDoneTwiceIsSentTwice() {
    #expect(exchange.maySend() && exchange.maySend() && !exchange.maySend())
    let post = Exchange(ClientRequest(method: "POST", path: "/"), observations: TLSObservations())
    #expect(post.maySend() && !post.maySend())
    #expect(post.refusedResend)
  }

  @Test(arguments: [(42, true), (48, true), (116, true), (40, false), (70, false), (120, false)])
  func alertsAboutTheClientAreKnown(alert: Int32, isRefusal: Bool) {
    #expect((TLSObservations(alert: alert).clientRefusal != nil) == isRefusal)
  }

  @Test func textOfAPeerIsOneLine() {
    #expect(printable("a\r\nb\u{1b}ü") == "a??b???")
    #expect(printable(String(repeating: "a", count: 300)).utf8.count == 200)
  }
}
