"""The faults of a scenario: where each is armed, and what it does there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cases.model import NotSupportedError
from tests.cases.world import SCALE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cases.world import Site, World

__all__ = ["arm"]

_FOREVER = 1_000_000


def _times(step: dict[str, Any]) -> int:
    """Return how often a fault strikes; without a word about it, every time."""
    times: int = step.get("times", 1 if step.get("once") else _FOREVER)
    return times


def _sites(world: World, step: dict[str, Any]) -> list[Site]:
    if "site" in step:
        return [world.sites[step["site"]]]
    return list(world.sites.values())


def _blackhole(world: World, step: dict[str, Any]) -> None:
    for site in _sites(world, step):
        site.relay.blackhole = True


def _inject_words(world: World, step: dict[str, Any]) -> None:
    for site in _sites(world, step):
        site.relay.injected += [word.encode() for word in step["words"]]


def _close_after_run(world: World, step: dict[str, Any]) -> None:
    for site in _sites(world, step):
        site.relay.close_after_run = _times(step)


def _close_during_script(world: World, step: dict[str, Any]) -> None:
    if _times(step) != 1:
        raise NotSupportedError("closing during a script more than once")
    for site in _sites(world, step):
        site.console.pause_after = step.get("after_lines", 1)
        mid_word = step["what"] == "close_mid_word"
        site.console.on_pause = site.relay.cut_mid_word if mid_word else site.relay.cut


def _trap(world: World, step: dict[str, Any]) -> None:
    for site in _sites(world, step):
        site.console.traps[step["at"]] = _times(step)
        site.console.messages[step["at"]] = step.get("message", "failure: example").encode()


def _empty_export(world: World, step: dict[str, Any]) -> None:
    for site in _sites(world, step):
        site.console.empty_exports = _times(step)


def _kill_during_run(world: World, step: dict[str, Any]) -> None:
    left = [_times(step)]

    def strike() -> None:
        if left[0] > 0:
            left[0] -= 1
            # The script has begun by then, and a long one has not ended.
            world.later(0.05, world.agent.kill)

    for site in _sites(world, step):
        site.relay.on_run = strike


def _kill_after_run(world: World, step: dict[str, Any]) -> None:
    left = [_times(step)]

    def strike() -> bool:
        if left[0] <= 0:
            return False
        left[0] -= 1
        world.agent.kill()
        return True

    world.gate.on_final_report = strike


def _refuse_delivery(world: World, step: dict[str, Any]) -> None:
    site = str(world.jobs[step["job"]].site_id) if "job" in step else None
    for each in [site] if site else list(world.coordinator.sites.values()):
        world.gate.deliver_500[each] = _times(step)


def _refuse_report(world: World, step: dict[str, Any]) -> None:
    world.gate.report_500 = _times(step)


def _link_down(world: World, step: dict[str, Any]) -> None:
    """Take the link away; its seconds are the routers', as those of the script are."""

    def down() -> None:
        world.gate.down = True
        if "for_seconds" in step:
            world.later(step["for_seconds"] / SCALE, up)

    def up() -> None:
        world.gate.down = False

    if "after_seconds" not in step:
        down()
        return
    # Counted from the beginning of the run, whenever that is.
    for site in world.sites.values():
        site.relay.on_run = lambda: world.later(step["after_seconds"] / SCALE, down)


_FAULTS: dict[tuple[str, str], Callable[[World, dict[str, Any]], None]] = {
    ("router.connect", "blackhole"): _blackhole,
    ("router.reply", "inject_words"): _inject_words,
    ("router.after_run_received", "close"): _close_after_run,
    ("router.during_script", "close"): _close_during_script,
    ("router.during_script_reply", "close_mid_word"): _close_during_script,
    ("router.backup_save", "trap"): _trap,
    ("router.export", "trap"): _trap,
    ("router.export", "empty_file"): _empty_export,
    ("router.file_listing", "trap"): _trap,
    ("router.file_get", "trap"): _trap,
    ("router.file_remove", "trap"): _trap,
    ("coordinator.deliver", "http_500"): _refuse_delivery,
    ("coordinator.report", "http_500"): _refuse_report,
    ("coordinator.link", "down"): _link_down,
    ("agent.during_run", "kill"): _kill_during_run,
    ("agent.after_run", "kill"): _kill_after_run,
}


def arm(world: World, step: dict[str, Any]) -> None:
    """Arm one fault.

    Raises:
        NotSupportedError: There is no such fault at that point yet.
    """
    fault = _FAULTS.get((step["at"], step["what"]))
    if fault is None:
        raise NotSupportedError(f"fault {step['what']} at {step['at']}")
    fault(world, step)
