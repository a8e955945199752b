"""JSON and separated values, out and in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (
            (
                ":put [:serialize to=json value=123]; "
                ':put [:serialize to=json "text"]; :put [:serialize to=json true]; '
                ":put [:serialize to=json $none]"
            ),
            '123\n"text"\ntrue\nnull',
        ),
        (
            (
                ':put [:serialize to=json {1;"a";{2}}]; '
                ":put [:serialize to=json {b=1;a={x=2}}]; :put [:serialize to=json ({})]"
            ),
            '[1,"a",[2]]\n{"a":{"x":2},"b":1}\n[]',
        ),
        (
            (
                ':put [:serialize to=json "123"]; :put [:serialize to=json "0000"]; '
                ':put [:serialize to=json "1.5"]'
            ),
            "123.000000\n0.000000\n1.500000",
        ),
        (':put [:serialize to=json "123" options=json.no-string-conversion]', '"123"'),
        (
            (
                ":put [:serialize to=json 192.168.0.0/24]; "
                ":put [:serialize to=json 1h30m15s]; :put [:serialize value=a,b to=json]"
            ),
            '"192.168.0.0/24"\n"01:30:15"\n["a","b"]',
        ),
        (
            ':put [:serialize to=json {"a"=1;b={1;2}} options=json.pretty]',
            '{\n    "a": 1,\n    "b": [\n        1,\n        2\n    ]\n}',
        ),
        (':put [:serialize to=json "q\\"\\\\\\n"]', '"q\\"\\\\\\n"'),
        (":put [:serialize to=json {1;a=2}]", '{"0":1,"a":2}'),
    ],
)
def test_json_out(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (
            ':put [:deserialize from=json "{\\"b\\":1,\\"a\\":[true,null,\\"x\\"]}"]',
            "a=true;;x;b=1",
        ),
        (
            (
                ':put [:typeof [:deserialize from=json "\\"01:30:00\\""]]; '
                ':put [:typeof [:deserialize from=json "\\"1\\"" '
                "options=json.no-string-conversion]]"
            ),
            "time\nstr",
        ),
        (
            ':put [:deserialize from=json "[1,2,]"]; :put [:deserialize from=json "[\\",]\\"]"]',
            "1;2\n,]",
        ),
        (':put [:deserialize from=json "[1.5,99999999999999999999]"]', "1.5;9223372036854775807"),
    ],
)
def test_json_in(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:serialize to=dsv delimiter=";" {a={1;2};b={3;4}}]', "a;b\n1;3\n2;4"),
        (":put [:serialize to=dsv {a={1;2};b={3}} options=dsv.ignore-size]", "a,b\n1,3\n2,"),
        (
            ':put [:serialize to=dsv ({{a=1;b="x,y"};{a=2}}) options=dsv.remap order=("b","a")]',
            'b,a\n"x,y",1\n,2',
        ),
        (':put [:serialize to=dsv {a={"x"}} options=dsv.wrap-strings]', 'a\n"x"'),
        (':put [:serialize to=dsv {a="q\\"r"}]', 'a\n"q""r"'),
        (":put [:serialize to=dsv {{1;2};3}]", "1,2\n3"),
        (
            (
                ':put ([:deserialize from=dsv delimiter=";" "a;b\\r\\n1;\\"x;\\"\\"y\\"" '
                "options=dsv.plain]->1->1)"
            ),
            'x;"y',
        ),
        (':put ([:deserialize from=dsv "a,b\\n1,2\\n3," options=dsv.array]->1)', "a=3;b="),
        (':put [:len [:deserialize from=dsv "" options=dsv.array]]', "0"),
    ],
)
def test_separated_values(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    "source",
    [
        ":serialize 1",
        ":serialize 1 to=xml",
        ":deserialize 1 from=xml",
        ':deserialize "{oops}" from=json',
        ':deserialize "[" from=json',
        ":serialize to=dsv 5",
        ":serialize to=dsv {a={1;2};b={3}}",
    ],
)
def test_what_has_no_such_form_fails(run: Callable[..., str], source: str) -> None:
    with pytest.raises(ScriptError, match=r"serialize; line 1\)"):
        run(source)


def test_serialize_writes_a_file_when_told_to(host: Any, run: Callable[..., str]) -> None:
    run(":serialize {a=1} to=json file-name=out.json")
    assert host.files == {b"out.json": b'{"a":1}'}
