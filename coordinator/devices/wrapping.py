"""The scripts that self-polling routers get: bootstrap, adoption, poll, job, removal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coordinator.contract import ErrorClass
from coordinator.devices.scripts import family, render_script
from coordinator.devices.signing import Signed

if TYPE_CHECKING:
    from coordinator.devices.signing import Signer
    from coordinator.jobs import JobRecord

__all__ = [
    "MOST_OUTPUT",
    "PIECE",
    "SCHEDULER",
    "adopt_script",
    "bootstrap_script",
    "job_script",
    "poll_source",
    "remove_script",
    "separator",
]

#: The scheduler entry's name: ours, not the cloud's.
SCHEDULER = "routeros-jobs-poll"
#: Bytes of a backup in one request: well below the 64 KB that `http-data` takes.
PIECE = 30_000
#: Bytes of output that come back, for the same reason.
MOST_OUTPUT = 30_000
_MOST_TEXT = 2_000
# What a job may do is what its scheduler entry may; `ftp` and `test` are what fetch needs.
_POLICY = "ftp,reboot,read,write,policy,test,password,sniff,sensitive"

_RESOURCE = ("cpu-load", "free-memory", "free-hdd-space", "uptime", "version")
_BEAT = (("/system identity", ("name",)), ("/system resource", _RESOURCE))
_FACTS = (
    ("/system identity", ("name",)),
    (
        "/system resource",
        (
            *_RESOURCE,
            *("architecture-name", "platform", "board-name", "cpu", "cpu-count", "cpu-frequency"),
            *("total-memory", "total-hdd-space", "build-time", "factory-software"),
        ),
    ),
    (
        "/system routerboard",
        (
            *("routerboard", "model", "revision", "serial-number", "firmware-type"),
            *("factory-firmware", "current-firmware", "upgrade-firmware"),
        ),
    ),
    ("/system license", ("software-id", "level")),
)


def bootstrap_script(adopt_url: str) -> str:
    """Return what a fresh router of any release imports."""
    return render_script("bootstrap", adopt_url=adopt_url, facts_of=_FACTS)


def poll_source(base_url: str, token: str) -> str:
    """Return the event of the scheduler entry."""
    return render_script("poll", poll_url=f"{base_url}/poll", header=_header(token), facts_of=_BEAT)


def adopt_script(
    base_url: str, token: str, *, site_id: object, site_name: str, runbook_name: str
) -> str:
    """Return what a router imports once it is adopted."""
    return render_script(
        "adopt",
        site_name=site_name,
        runbook_name=runbook_name,
        site_url=f"{base_url}/sites/{site_id}",
        scheduler=SCHEDULER,
        policy=_POLICY,
        poll_source=poll_source(base_url, token),
    )


def remove_script(base_url: str, token: str) -> str:
    """Return what a router of a deleted site runs."""
    return render_script(
        "remove",
        scheduler=SCHEDULER,
        delete_url=f"{base_url}/notify/delete",
        header=_header(token),
    )


@dataclass(frozen=True, slots=True)
class _Urls:
    """The signed URLs of one lease."""

    base: str
    signer: Signer
    job: JobRecord
    expires: int

    def of(self, act: str, reason: ErrorClass | None = None, *, path: str = "update") -> str:
        what = Signed(
            self.job.id, act, self.job.lease_version, self.expires, reason.value if reason else ""
        )
        return f"{self.base}/job/{self.job.id}/{path}?{self.signer.query(what)}"


def job_script(
    job: JobRecord, base_url: str, signer: Signer, *, expires: int, version: str, remaining: int
) -> str:
    """Return a job's wrapper.

    Args:
        job: As it was leased.
        base_url: By which the router reaches us.
        signer: Of its reports.
        expires: Seconds since 1970, UTC, when they are worth nothing.
        version: Of the router.
        remaining: Jobs that wait behind it.
    """
    urls = _Urls(base_url, signer, job, expires)
    names = {"file": f"ros-job-{job.token}.rsc", "entry": f"routeros-job-{job.token}"}
    marks = {"done_mark": f"{job.token}-done", "failed_mark": f"{job.token}-failed "}
    return render_script(
        "job",
        family=family(version),
        token=job.token,
        should_backup=job.should_backup,
        busy_url=urls.of("busy"),
        done_url=urls.of("done"),
        fail_url=urls.of("fail", ErrorClass.TRAP),
        backup_url=urls.of("fail", ErrorClass.BACKUP),
        preflight_url=urls.of("fail", ErrorClass.PREFLIGHT),
        payload_url=urls.of("payload", path="payload"),
        part_url=urls.of("backup", path="backup") + "&part=",
        end_url=urls.of("backup", path="backup") + "&size=",
        copy=f"ros-backup-{job.token}.rsc",
        copy_name=f"ros-backup-{job.token}",
        piece=PIECE,
        policy=_POLICY,
        run_source=render_script("run", **names, **marks).strip(),
        restart_source=render_script(
            "restart", lost_url=urls.of("fail", ErrorClass.LOST), **names
        ).strip(),
        most_output=MOST_OUTPUT,
        most_text=_MOST_TEXT,
        separator=separator(job.token),
        remaining=remaining,
        **names,
        **marks,
    )


def separator(token: str) -> str:
    """Return what stands between the text of an error and the output in a report's body."""
    return f"\n--{token}--\n"


def _header(token: str) -> str:
    return f"Content-Type: text/plain,Authorization: Bearer {token}"
