import Foundation
import TestSupport
import Testing

extension WireTests {
  /// Who gets in at all (security.md: T3, T4, T5, I4, N1).
  @Suite struct AdmissionTests {
    @Test func goodRequestIsServedAndLeavesNoTrace() throws {
      try WireTemplate.withDeployment { deployment in
        try deployment.expectNothingComes(refusals: 0) {
          let answer = try deployment.curl("GET", "/v1/identity", as: Credential(profile: deployment.vendor))
          #expect(answer.status == 200)
          #expect(try json(answer.text)["tenant"] as? String == deployment.tenant(of: deployment.vendor))
        }
      }
    }

    @Test func whoeverHasNoGoodCertificateGetsNoAnswer() throws {
      try WireTemplate.withDeployment { deployment in
        let forger = try Forger(below: deployment.folder)
        let authority = try deployment.authority(of: deployment.vendor)
        let rival = try deployment.authority(of: deployment.rival)
        let agent = Credential(agent: deployment.agent("budapest"))
        let name = try deployment.name(in: agent)
        let lookAlike = try forger.lookAlike(of: authority.certificate)
        let forged = try forger.leaf([name], by: lookAlike)
        let refused: [(String, Credential?)] = [
          ("no certificate", nil),
          ("look-alike authority", forged),
          ("look-alike authority, sent along", try forger.chain(forged, lookAlike.certificate)),
          ("look-alike authority, the real one sent along", try forger.chain(forged, authority.certificate)),
          ("name of another tenant", try forger.leaf([name], by: rival)),
          (
            "name of another tenant, its authority sent along",
            try forger.chain(forger.leaf([name], by: rival), authority.certificate)
          ),
          ("expired", try forger.leaf([name], by: authority, start: "-3 days", end: "-1 minute")),
          ("not yet valid", try forger.leaf([name], by: authority, start: "+1 day", end: "+3 days")),
          ("for servers", try forger.leaf([name], by: authority, usage: "extendedKeyUsage = serverAuth")),
          ("for nothing", try forger.leaf([name], by: authority, usage: "2.5.29.37 = DER:30:00")),
          (
            "the server's own",
            Credential(
              certificate: deployment.home + "/server/server.pem", key: deployment.home + "/server/server.key"
            )
          ),
        ].filter { $0.1.map { FileManager.default.fileExists(atPath: $0.certificate) } ?? true }
        #expect(refused.count >= 10)
        try deployment.expectNothingComes(refusals: 0) {
          for (what, credential) in refused {
            let answer = try deployment.curl("GET", "/v1/identity", as: credential)
            #expect(answer.status == 0 && answer.body.isEmpty && answer.curlCode != 0, "\(what): \(answer)")
          }
        }
      }
    }

    @Test func certificateThatNobodyIssuedIsRefusedAndRecorded() throws {
      try WireTemplate.withDeployment { deployment in
        let forger = try Forger(below: deployment.folder)
        let authority = try deployment.authority(of: deployment.vendor)
        let name = try deployment.name(in: Credential(agent: deployment.agent("budapest")))
        let stranger = try forger.leaf([name], by: authority)
        let twoNames = try forger.leaf([name, name + "2"], by: authority)
        let notOurs = try forger.leaf(["https://" + name.dropFirst("spiffe://".count)], by: authority)
        let head = try deployment.audit().count
        try deployment.expectNothingComes(refusals: 2) {
          for _ in 0..<2 {
            let answer = try deployment.curl("GET", "/v1/identity", as: stranger)
            #expect(answer.problem == "superseded")
          }
          // Whose log that would belong to, nobody can say.
          for credential in [twoNames, notOurs] {
            let answer = try deployment.curl("GET", "/v1/identity", as: credential)
            #expect(answer.status == 404 || answer.status == 0, "\(answer)")
          }
        }
        let entries = try deployment.audit().dropFirst(head)
        #expect(entries.allSatisfy { $0.actor.hasPrefix("site/budapest/agent/") })
      }
    }

    @Test func otherTenantsAuthoritySentAlongChangesNobodysTenant() throws {
      try WireTemplate.withDeployment { deployment in
        let forger = try Forger(below: deployment.folder)
        let own = Credential(profile: deployment.rival)
        let mixed = try forger.chain(own, deployment.authority(of: deployment.vendor).certificate)
        let answer = try deployment.curl("GET", "/v1/identity", as: mixed)
        #expect(try json(answer.text)["tenant"] as? String == deployment.tenant(of: deployment.rival))
      }
    }

    @Test func nothingInARequestChangesWhoAsks() throws {
      try WireTemplate.withDeployment { deployment in
        let vendor = try deployment.tenant(of: deployment.vendor)
        let certificate = try String(contentsOfFile: deployment.vendor + "/client.pem", encoding: .utf8)
          .replacingOccurrences(of: "\n", with: "%0A")
        let name = try deployment.name(in: Credential(profile: deployment.vendor))
        let rival = Credential(profile: deployment.rival)
        let plain = try deployment.curl("GET", "/v1/sites", as: rival)
        #expect(plain.status == 200)
        let fields = [
          "X-Forwarded-Client-Cert: URI=\(name);Cert=\"\(certificate)\"", "X-SSL-Client-Cert: \(certificate)",
          "X-Client-Cert: \(certificate)", "X-Tenant: \(vendor)", "Forwarded: for=127.0.0.1;host=\(vendor)",
          "X-Forwarded-Host: \(vendor).test.equipoise.test", "Authorization: Bearer \(vendor)",
          "Host: \(vendor).test.equipoise.test", "X-Original-URL: /v1/state", "X-HTTP-Method-Override: POST",
          "Cookie: tenant=\(vendor)",
        ]
        for field in fields {
          let answer = try deployment.curl("GET", "/v1/sites", as: rival, "--header", field)
          let same = answer == plain
          #expect(same, "\(field): \(answer)")
        }
        // Another name asked for in the handshake.
        let host = "\(vendor).test.equipoise.test"
        let named = try deployment.curl(
          "GET", "/v1/sites", as: rival, host: host, "--insecure", "--connect-to",
          "\(host):\(deployment.api):127.0.0.1:\(deployment.api)")
        let sameByName = named == plain
        #expect(sameByName, "\(named)")
        for query in ["tenant=\(vendor)", "include=sites", "tenant", "wait=1"] {
          #expect(try deployment.curl("GET", "/v1/sites?\(query)", as: rival).status == 400, "\(query)")
        }
        for path in [
          "/v1/\(vendor)/sites", "/v1/tenants/\(vendor)/sites", "//v1/sites", "/v1/sites/", "/V1/sites",
        ] {
          let status = try deployment.curl("GET", path, as: rival, "--path-as-is").status
          #expect([0, 400, 404].contains(status), "\(path): \(status)")
        }
      }
    }
  }
}
