"""The checks at the end of a scenario."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from tests.cases.model import MismatchError, NotSupportedError, expect
from tests.cases.routers import check_state, execute_print

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coordinator.contract import Job
    from tests.cases.world import World

__all__ = ["check_all"]


async def check_all(world: World, checks: list[dict[str, Any]], seconds: float) -> None:
    """Hold the world against every check; `seconds` is how long the steps took.

    Raises:
        MismatchError: One does not hold; the text has the jobs and the end of the agent's log.
    """
    try:
        for check in checks:
            await _check(world, check, seconds)
    except MismatchError as error:
        raise MismatchError(f"{error}; {await _surroundings(world)}") from error


async def _surroundings(world: World) -> str:
    told = []
    for name in world.jobs:
        job = await _job(world, name)
        run = await world.client.get_run(job.site_id, job.id)
        failure = "" if run.error is None else f" {run.error.error_class}: {run.error.message}"
        told.append(f"{name} is {state_of(job)}{failure}")
    return f"{', '.join(told)}; the agent's log ends: {world.agent.log_tail()}"


async def _check(world: World, check: dict[str, Any], seconds: float) -> None:
    if "any_of" in check:
        await _any_of(world, check["any_of"], seconds)
        return
    kind = next(key for key in _CHECKS if key in check)
    await _CHECKS[kind](world, check)
    if "within_seconds" in check:
        _in_time(world, check, seconds)


async def _any_of(world: World, sets: list[list[dict[str, Any]]], seconds: float) -> None:
    faults = []
    for checks in sets:
        try:
            for check in checks:
                await _check(world, check, seconds)
        except MismatchError as error:
            faults.append(str(error))
        else:
            return
    raise MismatchError(f"none of any_of holds: {'; '.join(faults)}")


def _in_time(world: World, check: dict[str, Any], seconds: float) -> None:
    took = seconds
    if "job" in check:
        settled = world.gate.settled.get(str(world.jobs[check["job"]].id))
        if settled is None:
            raise MismatchError(f"{check['job']} was never reported to have ended")
        took = settled - world.begun
    expect(took <= check["within_seconds"], f"it took {took:.1f} s")


def state_of(job: Job) -> str:
    """Return the state that the public timestamps tell."""
    if job.failed_at is not None:
        return "failed"
    if job.completed_at is not None:
        return "completed"
    return "pending" if job.started_at is None else "started"


async def _job(world: World, name: str) -> Job:
    job = world.jobs[name]
    return await world.client.get_job(job.site_id, job.id)


async def _check_job(world: World, check: dict[str, Any]) -> None:
    name = check["job"]
    job = await _job(world, name)
    state = state_of(job)
    expect(state == check.get("state", state), f"{name} is {state}, not {check.get('state')}")
    expect(state in check.get("state_in", [state]), f"{name} is {state}")
    for key in ("started_at", "completed_at", "failed_at", "associated_backup"):
        if key in check:
            is_set = getattr(job, key) is not None
            expect(is_set == (check[key] == "set"), f"{name}: {key} is {getattr(job, key)}")
    if "associated_backup_regex" in check:
        found = re.search(check["associated_backup_regex"], job.associated_backup or "")
        expect(found is not None, f"{name}: associated_backup is {job.associated_backup}")


async def _check_all_jobs(world: World, check: dict[str, Any]) -> None:
    for name in world.jobs:
        await _check_job(world, {"job": name, "state": check["all_jobs"]})


async def _check_report(world: World, check: dict[str, Any]) -> None:
    job = world.jobs[check["report"]]
    run = await world.client.get_run(job.site_id, job.id)
    text = "" if run.error is None else run.error.message
    place = f"report of {check['report']}: {text!r}"
    if "text_contains" in check:
        expect(check["text_contains"] in text, place)
    if "text_regex" in check:
        expect(re.search(check["text_regex"], text) is not None, place)


async def _check_backup(world: World, check: dict[str, Any]) -> None:
    job = await _job(world, check["backup"])
    path = job.associated_backup
    if path is None:
        raise MismatchError(f"{check['backup']} has no backup")
    content = await world.client.get_backup(path)
    if "contains" in check:
        found = check["contains"].encode() in content
        expect(found == check.get("is", True), f"backup contains {check['contains']}: {found}")
    if "name_epoch_close_to_server_seconds" in check:
        taken = int(path.rpartition("/")[2].partition(".")[0])
        away = abs(taken - world.coordinator.now())
        most = check["name_epoch_close_to_server_seconds"]
        expect(away <= most, f"the backup's name is {away:.0f} s away from the server's time")


async def _check_router(world: World, check: dict[str, Any]) -> None:
    name = check.get("router", "A")
    check_state(world.sites[name].router, [{k: v for k, v in check.items() if k != "router"}])


async def _check_counter(world: World, check: dict[str, Any]) -> None:
    count = _COUNTERS[check["counter"]](world, check)
    place = f"{check['counter']} is {count}"
    expect(count == check.get("equals", count), f"{place}, not {check.get('equals')}")
    expect(count <= check.get("max", count), f"{place}, at most {check.get('max')}")
    expect(count >= check.get("min", count), f"{place}, at least {check.get('min')}")


def _runs(world: World, check: dict[str, Any]) -> int:
    names = [check["job"]] if "job" in check else list(world.jobs)
    return sum(world.runs_of(name) for name in names)


def _deliveries(world: World, check: dict[str, Any]) -> int:
    names = [check["job"]] if "job" in check else list(world.jobs)
    return sum(world.gate.deliveries[str(world.jobs[name].id)] for name in names)


def _left(path: str, begin: bytes) -> Callable[[World, dict[str, Any]], int]:
    """Count items of a menu, on all routers, that bear a name which the agent gives."""

    def count(world: World, check: dict[str, Any]) -> int:
        routers = [check["router"]] if "router" in check else list(world.sites)
        return sum(
            row.get("name", b"").rpartition(b"/")[2].startswith(begin)
            for name in routers
            for row in execute_print(world.sites[name].router, path, {})
        )

    return count


def _of_relays(attribute: str) -> Callable[[World, dict[str, Any]], int]:
    def count(world: World, check: dict[str, Any]) -> int:
        routers = [check["router"]] if "router" in check else list(world.sites)
        return sum(getattr(world.sites[name].relay, attribute) for name in routers)

    return count


def _of_consoles(point: str) -> Callable[[World, dict[str, Any]], int]:
    def count(world: World, check: dict[str, Any]) -> int:
        routers = [check["router"]] if "router" in check else list(world.sites)
        return sum(world.sites[name].console.counts[point] for name in routers)

    return count


_COUNTERS: dict[str, Callable[[World, dict[str, Any]], int]] = {
    "agent_files_left": _left("/file", b"routeros-job"),
    "agent_schedulers_left": _left("/system/scheduler", b"job-"),
    "agent_scripts_left": _left("/system/script", b"job-"),
    "deliveries": _deliveries,
    "logins_failed": _of_relays("logins_failed"),
    "logins_ok": _of_relays("logins_ok"),
    "open_sessions": _of_relays("open_sessions"),
    "peak_sessions": _of_relays("peak_sessions"),
    "router_exports": _of_consoles("router.export"),
    "router_reboots": _of_consoles("reboot"),
    "script_runs": _runs,
}


async def _check_order(world: World, check: dict[str, Any]) -> None:
    """The events named happened, in that order, whatever else happened between them."""
    rest = iter(world.events)
    for name in check["order"]:
        expect(name in rest, f"no {name} where it should be in {world.events}")


async def _check_no_overlap(world: World, check: dict[str, Any]) -> None:
    for site in world.sites.values():
        meant = check["no_overlap"]
        spans = [span for span in site.console.spans if world.job_of(span.script) in meant]
        for first, second in itertools.pairwise(sorted(spans, key=lambda span: span.begin)):
            touches = first.end is None or first.end > second.begin
            expect(not touches, f"runs touch on router {site.name}")


async def _check_alive(world: World, check: dict[str, Any]) -> None:
    alive = world.agent.alive
    expect(alive == check["agent_alive"], f"agent alive: {alive}")


async def _check_cpu(world: World, check: dict[str, Any]) -> None:
    seconds = world.agent.cpu_seconds()
    expect(
        seconds <= check["agent_cpu_seconds_max"], f"the agent used {seconds:.1f} s of processor"
    )


async def _nothing_else(world: World, check: dict[str, Any]) -> None:
    """Stand for a check that is about time alone."""
    if set(check) != {"within_seconds"}:
        raise NotSupportedError(f"check {', '.join(check)} in {len(world.jobs)} jobs")


# In this order: `job` and `within_seconds` also stand beside other keys.
_CHECKS: dict[str, Callable[[World, dict[str, Any]], Awaitable[None]]] = {
    "counter": _check_counter,
    "path": _check_router,
    "report": _check_report,
    "backup": _check_backup,
    "order": _check_order,
    "no_overlap": _check_no_overlap,
    "agent_alive": _check_alive,
    "agent_cpu_seconds_max": _check_cpu,
    "all_jobs": _check_all_jobs,
    "job": _check_job,
    "within_seconds": _nothing_else,
}
