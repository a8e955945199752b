from agent.diff import compare_exports, normalise

BEFORE = (
    b"# 2026-01-15 10:00:00 by RouterOS 7.22.3\r\n"
    b"# system id = AbCdEfGh\r\n"
    b"/ip address add address=192.0.2.1/24 interface=ether1\r\n"
    b'/ppp secret add name=a password="old one"\r\n'
)


def test_same_configuration_at_another_time_has_no_difference() -> None:
    after = BEFORE.replace(b"10:00:00", b"10:00:05").replace(b"\r\n", b"\n")

    assert compare_exports(BEFORE, after) == ""


def test_difference_is_unified_text() -> None:
    after = BEFORE + b"/ip address add address=192.0.2.2/24 interface=ether2\r\n"

    assert "+/ip address add address=192.0.2.2/24 interface=ether2" in compare_exports(
        BEFORE, after
    )


def test_changed_secret_is_seen_and_not_shown() -> None:
    text = compare_exports(BEFORE, BEFORE.replace(b"old one", b"new one"))

    assert "-/ppp secret add name=a password=<secret 1>" in text
    assert "+/ppp secret add name=a password=<secret 2>" in text
    assert "one" not in text


def test_secrets_go_by_many_names() -> None:
    before = b""
    after = (
        b"/interface wireguard add private-key=AAAA= name=w\n"
        b"/snmp community set 0 authentication-password=BBBB\n"
        b"/interface wifi security add passphrase=CCCC\n"
        b"/ip ipsec identity add secret=DDDD\n"
        b"/interface wireless security-profiles add wpa2-pre-shared-key=EEEE\n"
    )

    text = compare_exports(before, after)

    assert not any(value in text for value in ("AAAA", "BBBB", "CCCC", "DDDD", "EEEE"))


def test_volatile_lines_and_our_own_item_are_left_out() -> None:
    export = (
        b"# inactive time\n# wlan1 not ready\n"
        b'/system script add comment="routeros-jobs done" name=job-abcd source=x\n'
        b"/ip address add address=192.0.2.1/24\n"
    )

    assert normalise(export) == ["/ip address add address=192.0.2.1/24"]


def test_wrapped_lines_are_joined() -> None:
    assert normalise(b"add address=192.0.2.1/24 \\\r\n    interface=ether1\r\n") == [
        "add address=192.0.2.1/24 interface=ether1"
    ]
