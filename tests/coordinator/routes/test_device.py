"""A router that polls by itself, from the runbook to its leave, over HTTP."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from coordinator.contract import ErrorClass, RunState

if TYPE_CHECKING:
    from coordinator.contract import Job, Site
    from tests.coordinator.conftest import Answer, Bench

FACTS = (
    "name=R1;serial-number=HE108;model=hAP;version=7.22.3 (stable);uptime=1m;cpu-load=3;"
    "free-memory=100;free-hdd-space=200;"
)
EXPORT = b"# 2026-01-15 by RouterOS 7.22.3\n/ip address\nadd address=192.0.2.1/24\n"


class Device:
    """A router as the coordinator sees it."""

    def __init__(self, bench: Bench, token: str) -> None:
        self.bench = bench
        self.token = token

    async def poll(self, facts: str = FACTS) -> str:
        answer = await self.bench.call("POST", "/poll", body=facts.encode(), token=self.token)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        return answer.body.decode()

    async def follow(self, url: str, body: bytes | None = None) -> Answer:
        path = url.removeprefix(self.bench.url)
        return await self.bench.call("GET" if body is None else "POST", path, body=body, token=None)


async def runbook_token(bench: Bench, **body: str) -> str:
    sent = json.dumps({"name": "Branch routers"} | body).encode()
    runbook = (await bench.call("POST", "/runbooks", body=sent)).json()
    found = re.search(r"/bootstrap/(\w{22})\"", runbook["bootstrap_command"])
    assert found is not None
    return found[1]


async def adopt(bench: Bench, token: str, facts: str = FACTS) -> Device:
    answer = await bench.call("POST", f"/adopt/{token}", body=facts.encode(), token=None)
    assert answer.status == 200
    found = re.search(rb"Bearer (rosdevice_[\w-]+)", answer.body)
    assert found is not None
    return Device(bench, found[1].decode())


def urls(script: str) -> dict[str, str]:
    """Return the signed URLs of a wrapper, by act, class of failure, or last parameter."""
    found = {}
    for text in re.findall(r'"(http[^" ]+)"', script):
        url = text.replace("\\?", "?")
        words = dict(re.findall(r"[?&](\w+)=([^&]*)", url))
        name = words.get("class") or words["status"]
        found[name + ("-end" if url.endswith("size=") else "")] = url
    return found


@pytest.fixture
async def device(bench: Bench) -> Device:
    return await adopt(bench, await runbook_token(bench))


@pytest.fixture
async def site(bench: Bench, device: Device) -> Site:
    assert device.token
    (site,) = await bench.operator.list_sites()
    return site


async def wrapped(bench: Bench, device: Device, site: Site) -> tuple[Job, dict[str, str]]:
    job = await bench.job(site)
    return job, urls(await device.poll())


async def test_a_router_is_bootstrapped_and_adopted(bench: Bench) -> None:
    token = await runbook_token(bench)
    bootstrap = await bench.call("GET", f"/bootstrap/{token}", token=None)
    adopted = await bench.call("POST", f"/adopt/{token}", body=FACTS.encode(), token=None)
    (site,) = await bench.operator.list_sites()

    assert f"{bench.url}/adopt/{token}" in bootstrap.body.decode()
    assert b'name="routeros-jobs-poll" interval=30s start-time=startup' in adopted.body
    assert (site.name, site.identity, site.has_pulse) == ("R1-15th Jan 26", "R1", True)
    assert (site.serial_number, site.software_version) == ("HE108", "7.22.3")
    assert site.last_seen_from == "127.0.0.1"


async def test_a_known_router_gets_its_site_again_and_a_new_token(bench: Bench) -> None:
    token = await runbook_token(bench)
    first = await adopt(bench, token)
    second = await adopt(bench, token)
    other = await adopt(bench, token, FACTS.replace("HE108", "HE109"))

    assert len(await bench.operator.list_sites()) == 2
    assert (await bench.call("POST", "/poll", body=b"", token=first.token)).status == 401
    assert await second.poll() == await other.poll() == ""


async def test_a_runbook_may_name_the_site(bench: Bench) -> None:
    site = await bench.site()
    await adopt(bench, await runbook_token(bench, site_id=str(site.id)))

    assert [item.identity for item in await bench.operator.list_sites()] == ["R1"]


@pytest.mark.parametrize("token", ["x", "0" * 22, "z" * 22])
async def test_nobody_is_adopted_without_a_runbook(bench: Bench, token: str) -> None:
    for method, path in (("GET", f"/bootstrap/{token}"), ("POST", f"/adopt/{token}")):
        answer = await bench.call(method, path, body=b"name=R1;version=7.1;", token=None)
        assert answer.status == 404


async def test_a_router_must_say_what_it_is(bench: Bench) -> None:
    token = await runbook_token(bench)
    answer = await bench.call("POST", f"/adopt/{token}", body=b"name=R1;", token=None)

    assert (answer.status, answer.json()["code"]) == (400, "facts_missing")


async def test_a_job_is_run_and_reported(bench: Bench, device: Device, site: Site) -> None:
    job, found = await wrapped(bench, device, site)
    assert await device.poll() == ""  # one at a time
    assert (await device.follow(found["payload"])).body == b":put 1"
    assert (await bench.operator.get_job(site.id, job.id)).started_at is None
    for _ in range(2):  # its answer may be lost
        assert (await device.follow(found["busy"])).status == 200
    started = await bench.operator.get_job(site.id, job.id)
    body = f"\n--{job.token}--\n1\n".encode()
    for _ in range(2):
        assert (await device.follow(found["done"], body)).status == 200
    done = await bench.operator.get_job(site.id, job.id)
    run = await bench.operator.get_run(site.id, job.id)

    assert started.started_at is not None
    assert (done.completed_at is not None, done.failed_at) == (True, None)
    assert (run.state, run.output, run.output_bytes) == (RunState.COMPLETED, "1\n", 2)
    assert (await device.follow(found["trap"])).status == 409
    assert (await device.follow(found["busy"])).status == 409  # no leave to run again


@pytest.mark.parametrize(
    ("reason", "text", "error", "line"),
    [
        ("trap", "failure: already have such address", ErrorClass.TRAP, None),
        ("trap", "syntax error (line 3 column 7)", ErrorClass.SYNTAX, 3),
        ("preflight", "the script could not be fetched", ErrorClass.PREFLIGHT, None),
        ("backup", "no checked backup", ErrorClass.BACKUP, None),
        ("lost", "", ErrorClass.LOST, None),
    ],
)
async def test_a_failure_says_why(
    bench: Bench,
    device: Device,
    site: Site,
    reason: str,
    text: str,
    error: ErrorClass,
    line: int | None,
) -> None:
    job = await bench.job(site, should_backup=True)
    script = await device.poll()
    found = urls(script) | {"lost": ""}
    lost = re.search(r'(http[^" ]+class=lost[^" ]+?)\\" keep', script)
    assert lost is not None
    found["lost"] = lost[1].replace("\\\\\\?", "?")
    if reason in {"trap", "lost"}:
        await device.follow(found["busy"])
    body = f"{text}\n--{job.token}--\nsome output".encode()
    assert (await device.follow(found[reason], body if text else None)).status == 200
    run = await bench.operator.get_run(site.id, job.id)

    assert run.state is RunState.FAILED
    assert run.error is not None
    assert (run.error.error_class, run.error.line) == (error, line)
    assert text in run.error.message
    assert run.error.message
    assert run.output == ("some output" if text else "")


async def test_a_backup_comes_in_pieces(bench: Bench, device: Device, site: Site) -> None:
    job = await bench.job(site, should_backup=True)
    found = urls(await device.poll())
    end = found["backup-end"]
    part = end.removesuffix("size=") + "part="
    for number, piece in enumerate((EXPORT[:20], EXPORT[20:])):
        bench.clock.advance(100)  # longer than a lease in all: each piece renews it
        assert (await device.follow(f"{part}{number}", piece)).status == 200
    short = await device.follow(f"{end}{len(EXPORT) + 1}", b"end")
    whole = await device.follow(f"{end}{len(EXPORT)}", b"end")
    stored = (await bench.operator.get_job(site.id, job.id)).associated_backup

    assert (short.status, short.json()["code"]) == (400, "backup_incomplete")
    assert whole.status == 200
    assert stored is not None
    assert await bench.operator.get_backup(stored) == EXPORT
    assert (await device.follow(found["busy"])).status == 200


@pytest.mark.parametrize("content", [b"", b"not an export", b"# x\n#error exporting /ip\n"])
async def test_what_is_no_export_is_refused(
    bench: Bench, device: Device, site: Site, content: bytes
) -> None:
    await bench.job(site, should_backup=True)
    end = urls(await device.poll())["backup-end"]
    await device.follow(end.removesuffix("size=") + "part=0", content)

    assert (await device.follow(f"{end}{len(content)}", b"end")).status == 400


async def test_a_lease_that_was_not_taken_up_is_handed_out_again(
    bench: Bench, device: Device, site: Site
) -> None:
    _, first = await wrapped(bench, device, site)
    bench.clock.advance(121)
    second = urls(await device.poll())

    assert (await device.follow(first["busy"])).status == 409
    assert (await device.follow(second["busy"])).status == 200


async def test_a_cancelled_job_gets_no_leave(bench: Bench, device: Device, site: Site) -> None:
    job, found = await wrapped(bench, device, site)
    await bench.operator.cancel_job(site.id, job.id)

    assert (await device.follow(found["busy"])).status == 404
    assert (await device.follow(found["payload"])).status == 404


async def test_urls_are_of_one_act_and_end(bench: Bench, device: Device, site: Site) -> None:
    job, found = await wrapped(bench, device, site)
    swapped = found["busy"].replace("status=busy", "status=done")
    elsewhere = found["busy"].replace(str(job.id), str(uuid4()))
    crossed = found["busy"].replace("/update", "/payload")
    for url in (swapped, elsewhere, crossed, found["busy"].split("&")[0]):
        assert (await device.follow(url)).status == 403
    bench.clock.advance(3 * 86_400)
    ended = await device.follow(found["busy"])

    assert (ended.status, ended.json()["code"]) == (403, "signature_expired")


async def test_a_deleted_sites_router_leaves(bench: Bench, device: Device, site: Site) -> None:
    await bench.operator.delete_site(site.id)
    script = await device.poll()
    left = await bench.call("POST", "/notify/delete", body=b"removed=true;", token=device.token)

    assert '/system scheduler remove [find name="routeros-jobs-poll"]' in script
    assert f"{bench.url}/notify/delete" in script
    assert left.status == 200
    assert (await bench.call("POST", "/poll", body=b"", token=device.token)).status == 401


async def test_an_agent_is_no_device(bench: Bench) -> None:
    agent = await bench.agent()
    for path in ("/poll", "/notify/delete"):
        answer = await bench.call("POST", path, body=b"", token=agent.token)
        assert answer.status == 403


async def test_polls_fill_the_stats(bench: Bench, device: Device, site: Site) -> None:
    bench.clock.advance(30)
    await device.poll(FACTS.replace("cpu-load=3", "cpu-load=50"))
    path = f"/sites/{site.id}/mikrotik-stats?start_date=2026-01-15&end_date=2026-01-15"
    points = (await bench.call("GET", path)).json()

    assert [point["cpu_load"] for point in points] == [3, 50]
