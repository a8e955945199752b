"""/interface/wireless/security-profiles, which nearly every export of RouterOS 6 sets.

The menu left the base system for a package with 7.13; a virtual router has
none.

Source: command tree of 7.12.2, which offers no value sets; those and the
defaults from published exports and memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import CERTIFICATE, flag, flags
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import Choice, Duration, Flag, ListOf, Text

__all__ = ["MENUS"]


_ALGORITHM = Choice(b"104bit-wep", b"40bit-wep", b"aes-ccm", b"none", b"tkip")
_CIPHERS = ListOf(Choice(b"tkip", b"aes-ccm"), unique=True)
_KEYS = tuple(
    field
    for number in range(4)
    for field in (
        Field(f"static-algo-{number}", _ALGORITHM, default=b"none"),
        Field(f"static-key-{number}", Text(), default=b"", sensitive=True),
    )
)

MENUS = (
    Menu(
        "/interface/wireless/security-profiles",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field(
                "mode",
                Choice(b"dynamic-keys", b"none", b"static-keys-optional", b"static-keys-required"),
                default=b"none",
            ),
            Field(
                "authentication-types",
                ListOf(Choice(b"wpa-psk", b"wpa2-psk", b"wpa-eap", b"wpa2-eap"), unique=True),
                default=b"",
            ),
            Field("unicast-ciphers", _CIPHERS, default=b"aes-ccm"),
            Field("group-ciphers", _CIPHERS, default=b"aes-ccm"),
            Field("wpa-pre-shared-key", Text(), default=b"", sensitive=True),
            Field("wpa2-pre-shared-key", Text(), default=b"", sensitive=True),
            Field("supplicant-identity", Text(), default=b"MikroTik"),
            Field(
                "eap-methods",
                ListOf(Choice(b"eap-tls", b"eap-ttls-mschapv2", b"passthrough", b"peap")),
                default=b"passthrough",
            ),
            Field(
                "tls-mode",
                Choice(
                    *(b"dont-verify-certificate", b"no-certificates", b"verify-certificate"),
                    b"verify-certificate-with-crl",
                ),
                default=b"no-certificates",
            ),
            Field("tls-certificate", CERTIFICATE, default=b"none"),
            Field("mschapv2-username", Text(), default=b""),
            Field("mschapv2-password", Text(), default=b"", sensitive=True),
            Field("disable-pmkid", Flag(), default=b"no"),
            *_KEYS,
            Field(
                "static-transmit-key",
                Choice(b"key-0", b"key-1", b"key-2", b"key-3"),
                default=b"key-0",
            ),
            Field("static-sta-private-algo", _ALGORITHM, default=b"none"),
            Field("static-sta-private-key", Text(), default=b"", sensitive=True),
            flag("radius-mac-authentication"),
            flag("radius-mac-accounting"),
            flag("radius-eap-accounting"),
            Field("interim-update", Duration(), default=b"0s"),
            Field("radius-mac-format", Text(), default=b"XX:XX:XX:XX:XX:XX"),
            Field(
                "radius-mac-mode",
                Choice(b"as-username", b"as-username-and-password"),
                default=b"as-username",
            ),
            Field("radius-called-format", Text(), default=b"mac:ssid"),
            Field("radius-mac-caching", Duration(words=(b"disabled",)), default=b"disabled"),
            Field("group-key-update", Duration(30, 86_400), default=b"5m"),
            Field(
                "management-protection",
                Choice(b"allowed", b"disabled", b"required"),
                default=b"disabled",
            ),
            Field("management-protection-key", Text(), default=b"", sensitive=True),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        disableable=False,
        first_id=0,
        flags=(("default", "*"),),
        export=Export(builtin="find", key="default"),
    ),
)
