import Gates
package import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
package import Storage

/// The studies and rounds of a tenant without times, identifiers and signatures: two coordinators that were
/// told the same have the same dump.
///
/// - Source: `protocols/rounds.md`, section 6.
package func stateDump(of database: Database) throws -> JSONObject {
  [
    "studies": .array(
      try database.rows("SELECT id FROM study ORDER BY id") { row in try row.text(0) }
        .map { .object(try study($0, in: database)) })
  ]
}

private func study(_ id: String, in database: Database) throws -> JSONObject {
  let protocols: [JSONValue] = try database.rows(
    "SELECT version, digest FROM protocol WHERE study = ?1 ORDER BY version", [.text(id)]
  ) { row in ["version": .integer(try row.integer(0)), "digest": .string(try row.digest(1).text)] }
  let objects: [JSONValue] = try database.rows(
    "SELECT kind, digest FROM study_object WHERE study = ?1 ORDER BY kind, digest", [.text(id)]
  ) { row in ["kind": .string(try row.text(0)), "digest": .string(try row.digest(1).text)] }
  let rounds = try database.rows(
    """
    SELECT r.id, r.version, r.phase, r.kind, r.quorum, r.state, r.failure,
      (SELECT max(b.sequence) FROM sealed_bundle AS b WHERE b.round = r.id)
    FROM round AS r WHERE r.study = ?1 ORDER BY r.number
    """, [.text(id)]
  ) { row in
    var round: JSONObject = [
      "version": .integer(try row.integer(1)), "phase": .string(try row.text(2)),
      "kind": .string(try row.text(3)), "quorum": .integer(try row.integer(4)),
      "state": .string(try row.text(5)),
    ]
    if let failure = try row.optionalText(6) { round["failure"] = .string(failure) }
    if let sequence = try row.optionalInteger(7) { round["seal"] = .integer(sequence) }
    return (id: try row.text(0), members: round)
  }
  let reader = GateReader(database)
  let state = try StudyState(reader.history(of: id))
  let phases: [JSONValue] = try reader.sites(of: id).map { site in
    ["site": .string(site), "phase": .string(state.phase(of: site)?.rawValue ?? "none")]
  }
  return [
    "study": .string(id), "state": .string(state.word),
    "version": .integer(Int64(state.inForce?.version ?? 0)), "phases": .array(phases),
    "protocols": .array(protocols), "objects": .array(objects),
    "rounds": .array(
      try rounds.map { round in
        var members = round.members
        members["sites"] = .array(try sites(of: round.id, in: database))
        members["results"] = .array(try results(of: round.id, in: database))
        return .object(members)
      }),
  ]
}

/// The aggregate stands for a submission: the signatures in it differ from one signing to the next.
private func sites(of round: String, in database: Database) throws -> [JSONValue] {
  try database.rows(
    """
    SELECT a.site, a.sequence, a.state, a.refusal, s.aggregate,
      (SELECT count(*) FROM conflict AS c WHERE c.assignment = a.id)
    FROM assignment AS a LEFT JOIN submission AS s ON s.assignment = a.id
    WHERE a.round = ?1 ORDER BY a.site
    """, [.text(round)]
  ) { row in
    var site: JSONObject = [
      "site": .string(try row.text(0)), "sequence": .integer(try row.integer(1)),
      "state": .string(try row.text(2)), "conflicts": .integer(try row.integer(5)),
    ]
    if let refusal = try row.optionalText(3) { site["refusal"] = .string(refusal) }
    if let aggregate = try row.optionalDigest(4) { site["aggregate"] = .string(aggregate.text) }
    return .object(site)
  }
}

private func results(of round: String, in database: Database) throws -> [JSONValue] {
  try database.rows("SELECT path, bytes FROM result_file WHERE round = ?1 ORDER BY path", [.text(round)]) {
    row in ["path": .string(try row.text(0)), "digest": .string(Digest(of: try row.blob(1)).text)]
  }
}
