import Attestations
import CanonicalJSON
import Cryptography
import Gates
import Testing

@Suite struct SignOffFileTests {
  private func file() throws -> SignOffFile {
    var story = try StudyStory.judged()
    let reviewer = story.fixture.reviewers[0]
    let event = try story.decide(reviewer)
    return SignOffFile(
      statement: try #require(story.statements[event]), root: reviewer.identity.root)
  }

  @Test func fileComesBackAsItWasWritten() throws {
    let file = try file()
    let read = try SignOffFile.parse(file.encode())
    let same = read.statement == file.statement && read.root == file.root
    #expect(same)
    #expect(read.encode() == file.encode())
  }

  @Test func otherShapesAreRefused() throws {
    let text = String(decoding: try file().encode(), as: UTF8.self)
    for (old, new) in [
      ("sign-off-file:v1", "sign-off-file:v2"), ("\"root\":\"", "\"root\":\"!"),
      ("\"statement\":\"", "\"statement\":\" "), ("{\"format\"", "{\"extra\":1,\"format\""),
      ("\"root\":\"MII", "\"root\":\"MIJ"),
    ] {
      let changed = Array(text.replacing(old, with: new).utf8)
      #expect(throws: SignOffRefusal.self, "\(new)") { try SignOffFile.parse(changed) }
    }
  }
}
