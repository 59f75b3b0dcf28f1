package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import PhaseGrants

extension StudyFact {
  /// A site said how far it goes under a protocol.
  package struct ConsentRecorded: Equatable, Sendable {
    package let site: String
    package let protocolDigest: Digest
    package let phase: ConsentPhase
    package let statement: Digest

    /// The fact.
    package init(site: String, protocolDigest: Digest, phase: ConsentPhase, statement: Digest) {
      self.site = site
      self.protocolDigest = protocolDigest
      self.phase = phase
      self.statement = statement
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      site = try object.required("site").identifier()
      protocolDigest = try object.required("protocol").digest()
      phase = try object.required("phase").choice(of: ConsentPhase.self)
      statement = try object.required("statement").digest()
    }

    var json: JSONObject {
      [
        "site": .string(site), "protocol": .string(protocolDigest.text), "phase": .string(phase.rawValue),
        "statement": .string(statement.text),
      ]
    }
  }

  /// A site was told something about its phase.
  package struct WordGiven: Equatable, Sendable {
    package let site: String
    package let word: Word
    /// Of a grant.
    package let phase: PhaseName?
    /// The word's own sequence.
    package let number: Int
    package let drill: Bool
    package let statement: Digest

    /// The fact.
    package init(site: String, word: Word, phase: PhaseName?, number: Int, drill: Bool, statement: Digest) {
      self.site = site
      self.word = word
      self.phase = phase
      self.number = number
      self.drill = drill
      self.statement = statement
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      site = try object.required("site").identifier()
      word = try object.required("word").choice(of: Word.self)
      phase = try object.optional("phase")?.choice(of: PhaseName.self)
      if (word == .grant) != (phase != nil) { throw object.misfit("a phase is a grant's, and only its") }
      number = try object.required("number").integer(in: 1...HistoryHead.mostEvents)
      drill = try object.required("drill").boolean()
      statement = try object.required("statement").digest()
    }

    var json: JSONObject {
      var object: JSONObject = [
        "site": .string(site), "word": .string(word.rawValue), "number": .integer(Int64(number)),
        "drill": .boolean(drill), "statement": .string(statement.text),
      ]
      if let phase { object["phase"] = .string(phase.rawValue) }
      return object
    }
  }

  /// A site acknowledged a word, or said that its own people switched the model off or on.
  package struct Acknowledged: Equatable, Sendable {
    package let site: String
    package let about: Acknowledgement.About
    /// The word's sequence.
    package let number: Int
    package let receivedAt: UTCTime
    /// When nothing could be shown any more, or again.
    package let effectiveAt: UTCTime
    package let drill: Bool
    package let statement: Digest

    /// The fact.
    package init(
      site: String, about: Acknowledgement.About, number: Int, receivedAt: UTCTime, effectiveAt: UTCTime,
      drill: Bool, statement: Digest
    ) {
      self.site = site
      self.about = about
      self.number = number
      self.receivedAt = receivedAt
      self.effectiveAt = effectiveAt
      self.drill = drill
      self.statement = statement
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      site = try object.required("site").identifier()
      about = try object.required("about").choice(of: Acknowledgement.About.self)
      number = try object.required("number").integer(in: 1...HistoryHead.mostEvents)
      receivedAt = try object.required("receivedAt").time()
      effectiveAt = try object.required("effectiveAt").time()
      drill = try object.required("drill").boolean()
      statement = try object.required("statement").digest()
    }

    var json: JSONObject {
      [
        "site": .string(site), "about": .string(about.rawValue), "number": .integer(Int64(number)),
        "receivedAt": .string(receivedAt.text), "effectiveAt": .string(effectiveAt.text),
        "drill": .boolean(drill), "statement": .string(statement.text),
      ]
    }
  }
}
