"""Machines of a fleet as lines and as reports, with what was done to them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from cgrdoctor.model import Diagnosis, FactRecord, Remedy, Report
from cgrdoctor.report import json
from cgrdoctor.report.line import encode, line_of

KEPT = Path(__file__).parents[1] / "report/of_1_0/healthy.json"
HOST = "acme.jfrog.io"
HEALTHY = json.decode(KEPT.read_bytes())

SEPARATING = {
    "connection-refused": (HOST, f"{HOST} address", "10.201.0.99", "10.201.0.1"),
    "tls-untrusted": (HOST, f"{HOST} issuer", "Acme Inspection CA", "DigiCert Global G2"),
    "clock-skew": ("this machine", "clock", "14 days behind", "right"),
    "credentials-missing": (HOST, "login", "none", "/root/.docker/config.json"),
    "proxy-unreachable": ("10.0.0.9:3128", "proxy", "10.0.0.9:3128", "none"),
}
"""Causes: their subject, and the one thing in which a machine with it differs: its name, there, elsewhere."""


@dataclass
class Machine:
    """`causes` in the order of its diagnosis; `common` are causes that nothing on the machine explains."""

    node: str
    causes: list[str] = field(default_factory=list)
    common: list[str] = field(default_factory=list)

    def report(self, dice: random.Random) -> Report:
        """What the doctor would say of it."""
        entries = [self.entry(code, SEPARATING[code][0]) for code in self.causes]
        entries += [self.entry(code, "cgr-private") for code in self.common]
        values = {code: SEPARATING[code][2 if code in self.causes else 3] for code in SEPARATING}
        fault = {"status": "faulty", "exit_status": 1, "summary": f"{entries[0].summary}."} if entries else {}
        run = msgspec.structs.replace(HEALTHY.run, node=self.node, id=f"{dice.getrandbits(128):032x}")
        return msgspec.structs.replace(
            HEALTHY, run=run, diagnosis=tuple(entries), facts=facts(values, dice), exchanges=(), **fault
        )

    def entry(self, code: str, subject: str) -> Diagnosis:
        return Diagnosis(
            code=code, title=f"The title of {code}", leg="client", severity="fail", confidence="certain",
            summary=f"{code} at {subject}", subject=subject, owner="network-team", remedy=Remedy(summary=f"Mend {code}"),
        )  # fmt: skip

    def line(self, dice: random.Random) -> bytes:
        return encode(line_of(self.report(dice)))


def facts(values: dict[str, str], dice: random.Random) -> dict[str, FactRecord]:
    """Facts with those values; what is another on each machine, and what varies by chance, is there as well."""
    proxy = values["proxy-unreachable"]
    certificate = {"issuer": f"commonName={values['tls-untrusted']}"}
    address = {"address": values["connection-refused"], "certificate": certificate}
    path = {"host": HOST, "proxy": None if proxy == "none" else proxy, "addresses": [address], "names": []}
    edge = {"address": f"34.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)}", "certificate": None}
    login = values["credentials-missing"]
    if path["proxy"]:
        path["addresses"] = [{"address": f"through {proxy}", "certificate": certificate}]
    found = {
        "artifactory-path": {"path": path},
        "upstream-path": {"path": {"host": "cgr.dev", "proxy": path["proxy"], "addresses": [edge], "names": []}},
        "upstream-ping": {"step": {"status": 401, "skew": 1209600.0 if "14" in values["clock-skew"] else dice.random(), "headers": []}},
        "artifactory-ping": {"step": {"headers": [["x-artifactory-node-id", f"art-{dice.randrange(3)}"]]}},
        "registry-login": {"source": None if login == "none" else login, "username": dice.choice(["ann", "bob", "eve"])},
    }  # fmt: skip
    return {name: FactRecord(status="observed", value=value) for name, value in found.items()}


def fleet(seed: int, size: int = 24) -> list[Machine]:
    """Machines of which some have one cause, some two, by the seed; behind a proxy no address of the host is seen."""
    dice = random.Random(seed)
    machines = [Machine(f"node-{number:03}") for number in range(size)]
    for code in dice.sample(sorted(SEPARATING), dice.randint(1, 3)):
        for machine in dice.sample(machines[: size // 2], dice.randint(1, 4)):
            if not {code, *machine.causes} >= {"connection-refused", "proxy-unreachable"}:
                machine.causes.append(code)
    return machines
