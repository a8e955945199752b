import hashlib

import pytest

from agent.outcome import script_error, summarise
from coordinator.contract import ErrorClass


@pytest.mark.parametrize(
    ("message", "script", "place"),
    [
        (b"syntax error (line 3 column 7)", b"", (3, 7)),
        (b"bad command name zzz (line 1 column 2)", b"/zzz qqq", (1, 2)),
        # The argument that is named in the suffix.
        (
            b"input does not match any value of interface (/ip/address/add (interface); line 2)",
            b":put 1\n/ip address add address=192.0.2.1/24 interface=nosuch",
            (2, 38),
        ),
        # Named by the message alone.
        (
            b"input does not match any value of interface (/ip/address/add; line 1)",
            b"/ip/address/add interface=nosuch",
            (1, 17),
        ),
        # A name that ends like the argument is another argument.
        (
            b"x (/interface/list/member/add (list); line 1)",
            b"/interface/list/member/add in-list=a list=b",
            (1, 38),
        ),
        # The argument of the named command, not of an earlier one on the line.
        (
            b"x (/ip/route/add (comment); line 1)",
            b"/ip/address/set 0 comment=a; /ip/route/add comment=b",
            (1, 44),
        ),
        # The command, in any of its spellings.
        (b"boom (:error; line 1)", b'  :put 1; :error "boom"', (1, 11)),
        (b"boom (:error; line 1)", b'error "boom"', (1, 1)),
        (b"no such item (/ip/address/remove; line 2)", b"/ip address\nremove *99", (2, 1)),
        # Neither is on the line: its first byte that is not blank.
        (b"x (/ip/address/add (address); line 1)", b"\t $f", (1, 3)),
        (b"x (/ip/address/add; line 9)", b":put 1", (9, None)),
        (b"x (:error; line 1)", b"", (1, None)),
        (b"failure: already have such name", b"/interface/bridge/add name=a", (None, None)),
    ],
)
def test_place_of_an_error(
    message: bytes, script: bytes, place: tuple[int | None, int | None]
) -> None:
    error = script_error(message, script)

    assert (error.line, error.column) == place


@pytest.mark.parametrize(
    ("message", "script", "printed", "error_class"),
    [
        (b"syntax error (line 1 column 9)", b":put ((", False, ErrorClass.SYNTAX),
        (b"expected end of command (line 1 column 9)", b":put 1 2", False, ErrorClass.SYNTAX),
        # It had printed, so it had been parsed: the words come from text that it parsed itself.
        (b"syntax error (line 1 column 9)", b":put 1", True, ErrorClass.TRAP),
        (b"syntax error (line 4 column 10)", b"/import x.rsc", False, ErrorClass.TRAP),
        (b"syntax error (line 1 column 3)", b'[[:parse "("]]', False, ErrorClass.TRAP),
        # Late errors: what stands before them has run.
        (b"bad command name a (line 2 column 1)", b":put 1\na", False, ErrorClass.TRAP),
        (b"bad parameter x (line 2 column 5)", b"/ip address add x=1", False, ErrorClass.TRAP),
        (b"syntax error", b':error "syntax error"', False, ErrorClass.TRAP),
        (b"boom (:error; line 1)", b':error "boom"', False, ErrorClass.TRAP),
        (b"not enough permissions (9) (/user/add; line 1)", b"", False, ErrorClass.PERMISSION),
    ],
)
def test_class_of_an_error(
    message: bytes, script: bytes, printed: bool, error_class: ErrorClass
) -> None:
    assert script_error(message, script, printed=printed).error_class is error_class


def test_text_of_an_error_is_the_routers_with_odd_bytes_visible() -> None:
    assert script_error(b"no \xff \xd1\x82", b"").message == "no \\xff т"


def test_short_output_is_kept_whole() -> None:
    output = summarise("тест\n".encode())

    assert (output.text, output.size) == ("тест\n", 9)
    assert output.sha256 == hashlib.sha256("тест\n".encode()).hexdigest()


def test_long_output_keeps_head_and_tail_and_says_what_is_missing() -> None:
    output = summarise(b"a" * 60 + b"b" * 60, limit=20)

    assert output.text == "a" * 10 + "\n… 100 bytes left out …\n" + "b" * 10
    assert output.size == 120
