"""The contracts of `ros-simulator`, whose flags and output other programs rely on."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator.wire.codec import SentenceDecoder, encode_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("ros-simulator")
COMMANDS = ("run", "fleet", "script", "check", "export", "learn", "lab")
# Seconds that a command may take to be ready or to end.
PATIENCE = 60


def simulate(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    command = [str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=PATIENCE, check=False)


@contextlib.contextmanager
def standing(*arguments: object) -> Iterator[tuple[dict[str, Any], subprocess.Popen[bytes]]]:
    """Run a command that stands until it is ended; yield its ready line."""
    command = [str(PROGRAM), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), process
        finally:
            process.kill()


def talk(address: str, *sentences: list[bytes]) -> list[list[bytes]]:
    """Send sentences to a router, one after the other, and return all that it answers."""
    host, _, port = address.rpartition(":")
    answers: list[list[bytes]] = []
    decoder = SentenceDecoder()
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        for sentence in sentences:
            connection.sendall(encode_sentence(sentence))
            ended = False
            while not ended:
                while (answer := decoder.next_sentence()) is not None:
                    answers.append(answer)
                    ended = answer[0] in {b"!done", b"!fatal"}
                if not ended:
                    data = connection.recv(65536)
                    assert data, f"the router hung up after {answers}"
                    decoder.receive_data(data)
    return answers


LOGIN = [b"/login", b"=name=admin", b"=password="]


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def file(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return file


# --- run ------------------------------------------------------------------------


def test_run_says_once_on_stdout_where_it_listens_and_ends_on_sigterm() -> None:
    with standing("run", "--api-port", "0") as (ready, process):
        assert ready["event"] == "ready"
        assert ready["api"].startswith("127.0.0.1:")
        assert ready["user"] == "admin"
        assert (ready["tls"], ready["rest"]) == (None, None)
        answers = talk(ready["api"], LOGIN, [b"/system/resource/print"])

        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PATIENCE)

    assert answers[0] == [b"!done"]
    assert any(word.startswith(b"=version=7.22.3") for word in answers[1])
    assert rest == b""
    assert process.returncode == 0


def test_run_plays_the_router_that_the_options_describe(write: Any) -> None:
    config = write("start.rsc", "/ip address add address=192.0.2.1/24 interface=ether1\n")
    options = ("--user", "eve", "--password", "example", "--identity", "R1", "--version", "7.16.2")
    with standing("run", *options, "--config", config, "--api-port", "0") as (ready, _):
        login = [b"/login", b"=name=eve", b"=password=example"]
        answers = talk(
            ready["api"],
            login,
            [b"/system/identity/print"],
            [b"/system/resource/print"],
            [b"/ip/address/print"],
        )
        refused = talk(ready["api"], LOGIN)

    words = [word for answer in answers for word in answer]
    assert ready["user"] == "eve"
    assert b"=name=R1" in words
    assert b"=address=192.0.2.1/24" in words
    assert any(word.startswith(b"=version=7.16.2") for word in words)
    assert refused[0][0] == b"!trap"


def test_run_opens_tls_and_rest_only_when_asked() -> None:
    options = ("--api-port", "0", "--tls-port", "0", "--rest-port", "0")
    with standing("run", *options) as (ready, _):
        host, _, port = ready["tls"].rpartition(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE):
            pass
        assert ready["rest"].startswith("http://127.0.0.1:")
        request = urllib.request.Request(  # noqa: S310 - our own address
            ready["rest"] + "/rest/system/identity",
            headers={"Authorization": "Basic YWRtaW46"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:  # noqa: S310 - as above
            assert json.load(reply)["name"] == "MikroTik"


def test_run_keeps_the_flash_in_its_state_folder(tmp_path: Path) -> None:
    options = ("run", "--api-port", "0", "--state", tmp_path / "state")
    with standing(*options) as (ready, process):
        talk(ready["api"], LOGIN, [b"/system/identity/set", b"=name=kept"])
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    with standing(*options) as (ready, _):
        answers = talk(ready["api"], LOGIN, [b"/system/identity/print"])

    assert b"=name=kept" in answers[1]


def test_a_virtual_clock_makes_waiting_free() -> None:
    with standing("run", "--api-port", "0", "--clock", "virtual") as (ready, _):
        script = b"=script=:delay 3600s; :put over"
        answers = talk(ready["api"], LOGIN, [b"/execute", script, b"=as-string="])

    assert answers[-1] == [b"!done", b"=ret=over\r\n"]


def test_what_cannot_be_is_told_with_status_2(write: Any) -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    with taken:
        port = taken.getsockname()[1]
        for options in (
            ("--version", "nine"),
            ("--api-port", port),
            ("--config", "no-such-file.rsc"),
            ("--persona", write("p.persona", "")),
            ("--api-port", "70000"),
        ):
            done = simulate("run", *options)
            assert done.returncode == 2, options
            assert done.stdout == b""
            assert b"Traceback" not in done.stderr
            assert done.stderr.strip()


# --- fleet ----------------------------------------------------------------------


def test_fleet_plays_many_routers_and_lists_them_for_the_agent(tmp_path: Path) -> None:
    inventory = tmp_path / "fleet.toml"
    with standing("fleet", "--count", "3", "--inventory", inventory) as (ready, process):
        listed = tomllib.loads(inventory.read_text(encoding="utf-8"))["router"]
        names = [
            talk(f"{each['host']}:{each['port']}", LOGIN, [b"/system/identity/print"])[1][1]
            for each in listed
        ]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)

    assert ready["event"] == "ready"
    assert ready["count"] == 3
    assert len(listed) == 3
    assert names == [b"=name=" + each["name"].encode() for each in listed]
    assert {"name", "site", "host", "port", "user"} <= set(listed[0])
    assert process.returncode == 0


# --- script ---------------------------------------------------------------------


def test_script_prints_what_the_terminal_shows(write: Any) -> None:
    file = write("ok.rsc", ":put (1 + 2)\n:put [/system identity get name]\n")

    for done in (simulate("script", file), simulate("script", "-", stdin=file.read_bytes())):
        assert done.stdout == b"3\nMikroTik\n"
        assert done.stderr == b""
        assert done.returncode == 0


def test_a_script_that_fails_says_so_as_the_router_words_it() -> None:
    source = b":put 1\n/ip address add address=192.0.2.1/24 interface=nosuch\n"
    done = simulate("script", "-", stdin=source)

    assert done.stdout == b"1\n"
    assert b"input does not match any value of interface" in done.stderr
    assert done.returncode == 1


def test_a_script_that_is_none_runs_nothing() -> None:
    done = simulate("script", "-", stdin=b":put 1\n:put 'x'\n")

    assert done.stdout == b""
    assert b"(line 2 column 6)" in done.stderr
    assert done.returncode == 1


def test_script_as_json_tells_output_error_value_and_type() -> None:
    fine = json.loads(simulate("script", "-", "--json", stdin=b":put 1\n:return 5\n").stdout)
    wrong = simulate("script", "-", "--json", stdin=b":put 1\n:error boom\n")
    broken = json.loads(simulate("script", "-", "--json", stdin=b":put 'x'").stdout)

    assert set(fine) == {"output", "error", "value", "type"}
    assert (fine["output"], fine["error"]) == ("1", None)
    assert (fine["value"], fine["type"]) == ("5", "num")
    told = json.loads(wrong.stdout)
    assert told["output"] == "1"
    assert "boom" in told["error"]["message"]
    assert set(told["error"]) == {"message", "line", "column"}
    assert wrong.returncode == 1
    assert (broken["error"]["line"], broken["error"]["column"]) == (1, 6)


def test_script_plays_the_version_and_configuration_given(write: Any) -> None:
    config = write("start.rsc", "/system identity set name=R9\n")
    source = b":put [/system identity get name]\n:put [/system resource get version]\n"
    done = simulate("script", "-", "--config", config, "--version", "7.10", stdin=source)

    name, version = done.stdout.decode().splitlines()
    assert name == "R9"
    assert version.startswith("7.10 ")


def test_script_runs_cases_on_fresh_routers(write: Any) -> None:
    cases = [
        {"id": "a", "script": ":global x 1; :put $x", "confidence": "high"},
        {"id": "b", "script": ":global x; :put [:typeof $x]", "version": "7.15"},
        {"id": "c", "setup": ":global y 7", "script": ":global y; :put $y", "version": "6.49"},
        {"id": "d", "script": ":error boom"},
        {"id": "e", "script": ':put "\\FF"'},
        {"id": "f", "script": ":put 'x'"},
    ]
    file = write("cases.jsonl", "".join(json.dumps(case) + "\n" for case in cases))
    done = simulate("script", "--cases", file)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    told = {line["id"]: line for line in lines}

    assert done.returncode == 0
    assert [line["id"] for line in lines] == ["a", "b", "c", "d", "e", "f"]
    assert all(set(line) == {"id", "output", "error", "value", "type"} for line in lines)
    assert [told[each]["output"] for each in "abc"] == ["1", "nothing", "7"]
    assert told["d"]["error"]["message"].startswith("boom")
    assert told["e"]["output"].encode("utf-8", "surrogateescape") == b"\xff"
    assert (told["f"]["error"]["line"], told["f"]["error"]["column"]) == (1, 6)


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        "5",
        '{"id": "a"}',
        '{"id": "a", "script": 5}',
        '{"id": "a", "script": null}',
        '{"id": "a", "script": "\\ud800"}',
        '{"id": "a", "script": "", "setup": 5}',
        '{"id": "a", "script": "", "version": "x"}',
    ],
)
def test_a_line_that_is_no_case_is_told_and_the_others_run(write: Any, line: str) -> None:
    good = '{"id": "b", "script": ":put 2"}'
    done = simulate("script", "--cases", write("odd.jsonl", f"{line}\n{good}\n"))
    told, other = [json.loads(each) for each in done.stdout.splitlines()]

    assert done.returncode == 1
    assert told["id"] is None
    assert told["error"]["message"].startswith("line 1: ")
    assert other["output"] == "2"


# --- check ----------------------------------------------------------------------


def test_check_names_place_and_kind_of_every_fault(write: Any) -> None:
    file = write(
        "odd.rsc",
        "/ip address add address=192.0.2.1/24 interface=ether1\n"
        "/ip adress add address=192.0.2.1/24\n"
        "/ip address frob\n"
        "/ip address add colour=red\n",
    )
    done = simulate("check", file)
    lines = done.stdout.decode().splitlines()

    assert done.returncode == 1
    assert [line.split(": ")[1] for line in lines] == [
        "unknown-menu",
        "unknown-command",
        "unknown-parameter",
    ]
    assert [line.split(":")[1] for line in lines] == ["2", "3", "4"]
    assert all(line.startswith(f"{file}:") for line in lines)


def test_check_tells_syntax_and_bad_values_as_json(write: Any) -> None:
    syntax = simulate("check", write("s.rsc", ":put 'x'\n"), "--json")
    value = simulate("check", write("v.rsc", "/ip address add address=banana\n"), "--json")

    found = json.loads(syntax.stdout)
    assert set(found) == {"file", "line", "column", "kind", "message"}
    assert (found["line"], found["column"], found["kind"]) == (1, 6, "syntax")
    assert json.loads(value.stdout.splitlines()[0])["kind"] == "bad-value"
    assert (syntax.returncode, value.returncode) == (1, 1)


def test_check_passes_what_is_fine_and_runs_nothing(write: Any) -> None:
    file = write("fine.rsc", ':put "said"\n/ip address add address=192.0.2.1/24 interface=e9\n')
    done = simulate("check", file, "--version", "7.16.2")

    assert done.stdout == b""
    assert done.returncode == 0


# --- export ---------------------------------------------------------------------


def test_export_prints_the_configuration_that_a_script_makes(write: Any) -> None:
    config = write("c.rsc", "/ip firewall address-list add list=a address=192.0.2.1\n")
    done = simulate("export", "--config", config, "--version", "7.16.2")
    lines = done.stdout.decode().splitlines()

    assert "by RouterOS 7.16.2" in lines[0]
    assert "/ip firewall address-list" in lines
    assert "add address=192.0.2.1 list=a" in lines
    assert done.returncode == 0


def test_export_of_a_configuration_that_fails_says_why(write: Any) -> None:
    config = write("c.rsc", "/ip address add address=192.0.2.1/24 interface=nosuch\n")
    done = simulate("export", "--config", config)

    assert b"input does not match any value of interface" in done.stderr
    assert done.returncode in {1, 2}


# --- learn, lab, help -------------------------------------------------------------


def test_learn_says_that_it_is_not_there_yet(tmp_path: Path) -> None:
    done = simulate("learn", "192.0.2.1", "-o", tmp_path / "p.persona")

    assert done.returncode == 2
    assert b"not yet" in done.stderr


@pytest.mark.slow
def test_lab_brings_a_job_through_and_prints_it() -> None:
    done = simulate("lab", "--json")
    jobs = json.loads(done.stdout)
    job = jobs[0] if isinstance(jobs, list) else jobs

    assert done.returncode == 0, done.stderr
    assert "completed_at" in json.dumps(job)


@pytest.mark.slow
def test_lab_fails_with_the_routers_own_error(write: Any) -> None:
    script = write("bad.rsc", "/ip address add address=192.0.2.1/24 interface=nosuch\n")
    done = simulate("lab", "--script", script, "--json")

    assert done.returncode == 1
    assert b"input does not match any value of interface" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    done = simulate(command, "--help")

    assert f"ros-simulator {command}" in done.stdout.decode().partition("Example")[2]
    assert done.returncode == 0
