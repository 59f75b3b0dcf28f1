package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// Some entries of the tenant's audit log, in order: the answer of `GET /v1/audit`.
package struct AuditPageDocument: WireDocument {
  package static let format = "urn:equipoise:audit-page:v1"
  package static let limits = JSONLimits.protocolDocument
  /// The most entries of a page.
  package static let mostEntries = 500

  /// The sequence of the newest entry of the log, on this page or not.
  package let head: Int
  /// The entries as documents; each keeps its bytes, which the next one's `previous` is the digest of.
  package let entries: [JSONObject]

  /// A page.
  package init(head: Int, entries: [JSONObject]) {
    self.head = head
    self.entries = entries
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    head = try object.required("head").integer(in: countRange)
    entries = try object.required("entries").list(maximum: Self.mostEntries) { field throws(DocumentError) in
      guard case .object(let entry) = field.value else {
        throw field.error("not an object", remedy: "write an entry of the audit log")
      }
      return entry
    }
  }

  package var members: JSONObject {
    ["head": number(head), "entries": .array(entries.map { .object($0) })]
  }
}

/// How a tenant is: the answer of `GET /v1/status`.
package struct StatusDocument: WireDocument {
  package static let format = "urn:equipoise:status:v1"

  package let tenant: String
  package let time: UTCTime
  /// Name and version of the coordinator's build.
  package let build: String
  package let state: ServiceState
  /// How many sites stand in each state; states without a site are absent.
  package let sites: [SiteState: Int]
  package let studies: Int
  package let openRounds: Int
  /// Sequence and digest of the newest audit entry; the digest is absent while the log is empty.
  package let auditHead: Int
  package let auditDigest: Digest?
  /// Digest of the key above the tenant's evidence key.
  package let evidenceRoot: Digest

  /// A status.
  package init(
    tenant: String, time: UTCTime, build: String, state: ServiceState, sites: [SiteState: Int], studies: Int,
    openRounds: Int, auditHead: Int, auditDigest: Digest?, evidenceRoot: Digest
  ) {
    self.tenant = tenant
    self.time = time
    self.build = build
    self.state = state
    self.sites = sites
    self.studies = studies
    self.openRounds = openRounds
    self.auditHead = auditHead
    self.auditDigest = auditDigest
    self.evidenceRoot = evidenceRoot
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    tenant = try object.required("tenant").identifier()
    time = try object.required("time").time()
    build = try object.required("build").string(maximum: 100)
    state = try object.required("state").choice(of: ServiceState.self)
    sites = try object.required("sites").record { counts throws(DocumentError) in
      var sites: [SiteState: Int] = [:]
      for state in SiteState.allCases {
        if let count = counts.optional(state.rawValue) { sites[state] = try count.integer(in: countRange) }
      }
      return sites
    }
    studies = try object.required("studies").integer(in: countRange)
    openRounds = try object.required("openRounds").integer(in: countRange)
    auditHead = try object.required("auditHead").integer(in: countRange)
    auditDigest = try object.optional("auditDigest")?.digest()
    evidenceRoot = try object.required("evidenceRoot").digest()
  }

  package var members: JSONObject {
    var counts = JSONObject()
    for (state, count) in sites { counts[state.rawValue] = number(count) }
    var object: JSONObject = [
      "tenant": .string(tenant), "time": .string(time.text), "build": .string(build),
      "state": .string(state.rawValue), "sites": .object(counts), "studies": number(studies),
      "openRounds": number(openRounds), "auditHead": number(auditHead),
      "evidenceRoot": .string(evidenceRoot.text),
    ]
    if let auditDigest { object["auditDigest"] = .string(auditDigest.text) }
    return object
  }
}
