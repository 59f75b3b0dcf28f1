"""What must hold after a round, a join or a renewal, however often somebody was ended: read from the stores with a
second program, SQLite of Python, and asked of the tools' own verification."""
import collections
import hashlib
import json

import wire


def tenant_store(deployment):
    """The file of the one tenant that has sites."""
    tenant = json.loads((deployment.vendor / "profile.json").read_text())["tenant"]
    return deployment.home / "store" / f"{tenant}.sqlite"


def newest_round(deployment):
    """Number, id and state of the newest round; nil while the store cannot be read."""
    rows = wire.read_rows(tenant_store(deployment), "SELECT number, id, state FROM round ORDER BY number DESC LIMIT 1")
    return rows[0] if rows else None


def receipted_assignments(deployment, site):
    rows = wire.read_rows(
        deployment.agent_folder(site) / "site.sqlite", "SELECT id FROM assignments WHERE state = 'receipted'")
    return [name for name, in rows or []]


class Checks:
    """The checks of one deployment; each gives the sentences of what is wrong."""

    def __init__(self, deployment, sites):
        self.deployment, self.sites, self.problems = deployment, sites, []
        self.store = tenant_store(deployment)

    def say(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def rows(self, sql, *values):
        return wire.read_rows(self.store, sql, values, patient=True)

    def site_rows(self, site, sql, *values):
        return wire.read_rows(self.deployment.agent_folder(site) / "site.sqlite", sql, values, patient=True)

    def after_round(self, acknowledged):
        rounds = self.rows("SELECT id, state FROM round ORDER BY number")
        self.say([state for _, state in rounds] == ["complete"], f"the rounds are {rounds}")
        newest = rounds[-1][0]
        self.say(acknowledged in (None, newest), f"round {acknowledged} was acknowledged, the newest is {newest}")
        assignments = self.rows("SELECT id, site, state FROM assignment WHERE round = ? ORDER BY site", newest)
        self.say([row[1:] for row in assignments] == [(site, "accepted") for site in sorted(self.sites)],
                 f"the assignments are {assignments}")
        self.say(self.rows("SELECT count(*) FROM conflict") == [(0,)], "there is a conflict")
        kept = self.rows("SELECT count(*) FROM submission")[0][0]
        self.say(kept == len(self.sites), f"{kept} submissions of {len(self.sites)} sites are kept")
        self.each_once("round.opened", ["round/" + name for name, _ in rounds])
        self.each_once("round.completed", ["round/" + newest])
        self.each_once("submission.accepted", ["assignment/" + row[0] for row in assignments])
        for name, site, _ in assignments:
            self.compare(name, site)
        return self.logs()

    def compare(self, assignment, site):
        """What the site holds a receipt for is what the coordinator keeps, and nothing else left."""
        kept = self.rows("SELECT package, receipt, lower(hex(digest)) FROM submission WHERE assignment = ?", assignment)
        held = self.site_rows(
            site, "SELECT b.content, o.receipt, a.state FROM outbox AS o JOIN bodies AS b ON b.digest = o.package "
            "JOIN assignments AS a ON a.id = o.assignment WHERE o.assignment = ?", assignment)
        if not kept or not held:
            self.say(False, f"{site} or the coordinator has no submission")
            return
        self.say(kept[0][0] == held[0][0], f"the coordinator keeps other bytes of {site}")
        self.say(hashlib.sha256(kept[0][0]).hexdigest() == kept[0][2], f"the digest of {site}'s bytes is another one")
        self.say(kept[0][1] == held[0][1], f"the receipt of {site} is another one than the coordinator's")
        self.say(held[0][2] == "receipted", f"{site} is {held[0][2]}")
        left = self.site_rows(site, "SELECT DISTINCT body_digest FROM egress WHERE assignment = ?", assignment)
        self.say(left == [("sha256:" + kept[0][2],)], f"{site} sent {left}")
        self.say(self.site_rows(site, "SELECT count(*) FROM outbox") == [(1,)], f"{site} made several packages")
        self.say(len(self.site_rows(site, "SELECT 1 FROM computations")) == 1, f"{site} keeps several computations")

    def each_once(self, action, objects):
        found = collections.Counter(
            name for name, in self.rows(
                "SELECT object FROM audit_entry WHERE action = ? AND outcome = 'done'", action))
        self.say(found == collections.Counter(objects), f"{action} is recorded for {dict(found)}")

    def logs(self):
        """Stores are whole and both kinds of log verify."""
        deployment = self.deployment
        self.say(self.rows("PRAGMA integrity_check") == [("ok",)], "the coordinator's store is damaged")
        for site in self.sites:
            self.say(self.site_rows(site, "PRAGMA integrity_check") == [("ok",)], f"the store of {site} is damaged")
            deployment.agent("egress", "verify", "--directory", deployment.agent_folder(site))
        deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
        return self.problems

    def essence(self):
        """What a round came to, without ids, times and signatures."""
        newest = self.rows("SELECT id FROM round ORDER BY number DESC LIMIT 1")[0][0]
        return self.rows(
            "SELECT path, bytes FROM result_file WHERE round = ?1 UNION ALL SELECT a.site, s.aggregate "
            "FROM submission AS s JOIN assignment AS a ON a.id = s.assignment WHERE a.round = ?1 ORDER BY 1", newest)

    def events(self):
        """The study's history, oldest first, as it is stored."""
        rows = wire.read_rows(self.store, "SELECT bytes FROM study_event WHERE study = ? ORDER BY sequence", [wire.STUDY])
        return [bytes(row) for row, in rows or []]

    def event_count(self, kind, **keys):
        events = [json.loads(event) for event in self.events()]
        return sum(event["kind"] == kind and keys.items() <= event.items() for event in events)

    def has_said_all(self, site):
        rows = wire.read_rows(self.deployment.agent_folder(site) / "site.sqlite", "SELECT state FROM own_statements")
        return rows is not None and all(state == "recorded" for state, in rows)

    def after_gates(self):
        events = [json.loads(event) for event in self.events()]
        before = hashlib.sha256(wire.STUDY.encode()).hexdigest()
        for number, event in enumerate(self.events(), 1):
            parsed = json.loads(event)
            self.say(parsed["sequence"] == number and parsed["previous"] == "sha256:" + before,
                     f"event {number} does not follow the one before")
            before = hashlib.sha256(event).hexdigest()
        once = [("decisionRecorded", {}), ("phaseEntered", {"phase": "silent"}), ("phaseEntered", {"phase": "limited"}),
                ("evidenceRecorded", {}), ("held", {}), ("incidentOpened", {})]
        for site in self.sites:
            once += [("consentRecorded", {"site": site, "phase": "silent"}),
                     ("consentRecorded", {"site": site, "phase": "limited"}),
                     ("wordGiven", {"site": site, "number": 1, "word": "grant", "phase": "silent"}),
                     ("wordGiven", {"site": site, "number": 2, "word": "grant", "phase": "limited"}),
                     ("wordGiven", {"site": site, "number": 3, "word": "hold"}),
                     *[("acknowledged", {"site": site, "number": number}) for number in (1, 2, 3)]]
        for kind, keys in once:
            count = self.event_count(kind, **keys)
            self.say(count == 1, f"{count} times {kind} {keys}")
        self.say(len(events) == len(once) + 1, f"{len(events)} events: {[event['kind'] for event in events]}")
        for action in ("gate.decision", "gate.held"):
            self.each_once(action, ["study/" + wire.STUDY])
        for site in self.sites:
            folder = self.deployment.agent_folder(site)
            said = self.site_rows(site, "SELECT kind, sequence, state FROM own_statements ORDER BY kind, sequence")
            self.say(said == [("acknowledgement", number, "recorded") for number in (1, 2, 3)]
                     + [("consent", number, "recorded") for number in (1, 2)], f"{site} said {said}")
            exposure = json.loads(wire.run(self.deployment.tools / "site-agent", "exposure", "--directory", folder, "--study",
                                           wire.STUDY, "--json", check=False))["studies"][0]
            self.say(exposure["mayShow"] is False and exposure["reason"] == "held", f"{site} answers {exposure}")
        status = self.deployment.gate()
        self.say(status["state"] == "held" and "stopSeconds" in status["incidents"][0], f"the study is {status['state']}")
        return self.logs()

    def after_join(self, site):
        deployment = self.deployment
        self.each_once("site.joined", ["site/" + site])
        refused = self.rows("SELECT action, object FROM audit_entry WHERE outcome = 'refused'")
        self.say(refused == [], f"refused: {refused}")
        issued = self.rows("SELECT state FROM certificate WHERE site = ?", site)
        self.say(issued == [("active",)], f"the site's certificates: {issued}")
        invitation = self.rows("SELECT state FROM invitation")
        self.say(invitation == [("used",)], f"the invitation is {invitation}")
        deployment.coordinator("site", "confirm", "--profile", deployment.vendor, "--site", site,
                               "--fingerprint", deployment.fingerprint(site))
        joined = self.site_rows(site, "SELECT count(*) FROM decisions WHERE action = 'agent.joined'")
        self.say(joined == [(1,)], f"the site's own log tells {joined[0][0]} times that it joined")
        # Otherwise the first answer comes when something is new, or half a minute later.
        deployment.configure(site, pollWaitSeconds=0)
        agent = deployment.run_agent(site)
        wire.wait_until(lambda: "coordinator reached" in agent.log.read_text(), what="the first contact after joining")
        return self.logs()

    def after_person(self, profile):
        deployment = self.deployment
        user = json.loads((profile / "profile.json").read_text())["user"]
        self.each_once("user.joined", ["user/" + user])
        refused = self.rows("SELECT action, object FROM audit_entry WHERE outcome = 'refused'")
        self.say(refused == [], f"refused: {refused}")
        issued = self.rows("SELECT state FROM certificate WHERE account = ?", user)
        self.say(issued == [("active",)], f"the person's certificates: {issued}")
        invitation = self.rows("SELECT state FROM person_invitation")
        self.say(invitation == [("used",)], f"the invitation is {invitation}")
        state = self.rows("SELECT state, role FROM account WHERE id = ?", user)
        self.say(state == [("active", "reviewer")], f"the account is {state}")
        deployment.coordinator("study", "list", "--profile", profile)
        return self.logs()

    def after_renewal(self, site, agent):
        wire.wait_until(lambda: "coordinator reached" in agent.log.read_text(), what="contact with the new certificate")
        states = [state for state, in self.rows("SELECT state FROM certificate WHERE site = ? ORDER BY rowid", site)]
        self.say(states.count("active") == 1, f"the site's certificates: {states}")
        self.say(states[-1] == "active", f"the newest certificate is {states[-1]}")
        return self.logs()
