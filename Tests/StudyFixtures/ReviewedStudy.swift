package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// A person with a key of their own who may be asked to review.
package struct Reviewer: Sendable {
  package let person: String
  package let role: String
  package let organisation: String
  package let identity: SigningIdentity

  /// What the protocol names.
  package var key: Digest { identity.fingerprint.digest }
}

/// A small study with reviewers who really sign: what tests of gates start from.
package struct ReviewedStudy: Sendable {
  package static let tenant = "t-gates"
  package static let id = "gate-study"
  package static let sites = ["east", "north", "south"]

  /// Signs for the way out of `silent` and of `limited`.
  package let safety: Reviewer
  /// Signs for the way out of `silent`; no author of the protocol, and of no other's organisation.
  package let statistics: Reviewer
  /// Signs for the way out of `limited`.
  package let chair: Reviewer
  /// Named nowhere; who delegates may name them.
  package let deputy: Reviewer
  /// Wrote the protocol.
  package let author: Reviewer

  /// One set of keys a test process.
  package static func shared() throws -> ReviewedStudy { try cached.get() }

  private static let cached = Result { try ReviewedStudy() }

  private init() throws {
    func reviewer(_ person: String, _ role: String, _ organisation: String) throws -> Reviewer {
      Reviewer(
        person: person, role: role, organisation: organisation,
        identity: try .create(role: .reviewer, now: Self.time(-86_400)))
    }
    safety = try reviewer("A. Adler", "clinical safety", "Hospital A")
    statistics = try reviewer("B. Berg", "statistics", "University B")
    chair = try reviewer("C. Clay", "chair", "Trust C")
    deputy = try reviewer("D. Dorn", "deputy", "Institute D")
    author = try reviewer("P. Page", "author", "University P")
  }

  /// Seconds after noon of 10 June 2026.
  package static func time(_ seconds: Int64 = 0) throws -> UTCTime {
    try UTCTime(secondsSinceEpoch: UTCTime(parsing: "2026-06-10T12:00:00Z").secondsSinceEpoch + seconds)
  }

  /// The digest of a text: for what is named and never read.
  package static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  /// The file of a model that only reads a score; the name makes it another.
  package static func modelArtifact(_ name: String) -> [UInt8] {
    encodeCanonicalJSON([
      "column": "score", "format": "recorded-score", "system": .string(name), "version": 1,
    ])
  }

  /// What a version of the protocol says, where versions of a test differ.
  package struct Version: Sendable {
    package var number = 1
    package var previous: Digest?
    package var phases = PhaseName.allCases
    package var model = "model 1"
    package var intendedUse = "tests of gates"
    package var title = "a study of gates"
    package var sites = ReviewedStudy.sites
    package var minimumSites = 2
    package var validityDays = 30
    /// Who signs for the way out of a phase, with the key or without, and the rules of independence.
    package var signOffs: [PhaseName: [SignOff]] = [:]

    /// The first version.
    package init() {}
  }

  /// An entry of a phase.
  package struct SignOff: Sendable {
    package var reviewer: Reviewer
    package var role: String?
    package var hasKey = true
    package var independence: [IndependenceRule] = []

    /// An entry for a person.
    package init(
      _ reviewer: Reviewer, role: String? = nil, hasKey: Bool = true, independence: [IndependenceRule] = []
    ) {
      self.reviewer = reviewer
      self.role = role
      self.hasKey = hasKey
      self.independence = independence
    }

    var json: JSONValue {
      var object: JSONObject = [
        "role": .string(role ?? reviewer.role), "person": .string(reviewer.person),
        "organisation": .string(reviewer.organisation),
        "independence": .array(independence.map { .string($0.rawValue) }),
      ]
      if hasKey { object["fingerprint"] = .string(reviewer.key.text) }
      return .object(object)
    }
  }

  /// Two sign for the way out of `silent`, two for the way out of `limited`.
  package var signOffs: [PhaseName: [SignOff]] {
    [
      .silent: [
        SignOff(safety), SignOff(statistics, independence: [.notProtocolAuthor, .distinctOrganisation]),
      ],
      .limited: [SignOff(safety), SignOff(chair)],
    ]
  }

  /// The first version, with the two pairs of reviewers.
  package var first: Version {
    var version = Version()
    version.signOffs = signOffs
    return version
  }

  /// A version as a protocol that the product reads.
  package func evaluationProtocol(_ version: Version) throws -> EvaluationProtocol {
    let example = try parseCanonicalJSON(SyntheticStudy.file("protocol.json"), limits: .protocolDocument)
    guard case .object(var object) = example, case .object(var study)? = object["study"],
      case .object(var model)? = object["model"], case .object(var windows)? = object["windows"],
      case .array(let months)? = windows["list"], case .object(var data)? = object["data"],
      case .array(let features)? = data["features"], case .object(var drift)? = object["drift"]
    else { throw DocumentError(path: "", problem: "not an object", remedy: "look at the example") }
    study["intendedUse"] = .string(version.intendedUse)
    study["title"] = .string(version.title)
    model["artifact"] = .string(Digest(of: Self.modelArtifact(version.model)).text)
    object["monitoring"] = nil
    // What a gate does not look at is as small as it may be.
    windows["list"] = .array(Array(months.prefix(1)))
    data["features"] = .array(Array(features.prefix(1)))
    object["windows"] = .object(windows)
    object["data"] = .object(data)
    object["slices"] = []
    drift["profiles"] = []
    object["drift"] = .object(drift)
    object["id"] = .string(Self.id)
    object["version"] = .integer(Int64(version.number))
    object["study"] = .object(study)
    object["model"] = .object(model)
    object["sites"] = .array(
      version.sites.map { ["id": .string($0), "name": .string("Hospital \($0)"), "role": "validation"] })
    object["evidence"] = ["validityDays": .integer(Int64(version.validityDays)), "regulatory": []]
    object["authorship"] = [
      "vendor": "Vendor V", "modelAuthors": [["name": "M. Maker", "organisation": "Vendor V"]],
      "protocolAuthors": [
        [
          "name": .string(author.person), "organisation": .string(author.organisation),
          "fingerprint": .string(author.key.text),
        ]
      ],
    ]
    if let previous = version.previous {
      object["amendment"] = ["previous": .string(previous.text), "reason": "a test amends"]
    }
    object["phases"] = .array(
      version.phases.map { phase in
        [
          "phase": .string(phase.rawValue), "exposure": "nobody", "goCriteria": [], "stopCriteria": [],
          "minimum": ["sites": .integer(Int64(version.minimumSites)), "rows": 0, "events": 0, "days": 0],
          "signOffs": .array((version.signOffs[phase] ?? []).map(\.json)),
        ]
      })
    return try EvaluationProtocol.parse(encodeCanonicalJSON(.object(object)))
  }
}
