"""/certificate: the list. Nothing is signed or imported here yet.

What those commands would do to the files and keys is left out; the console
says so when somebody uses them.

Source: command tree of 7.22.3; defaults from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import Numbered, computed
from simulator.menus.table import Field, Menu
from simulator.menus.types import Choice, Duration, Flag, ListOf, Number, Text

__all__ = ["MENUS"]


class CertificateHooks(Numbered):
    stem = b"cert"


_KEY_USAGE = Choice(
    *(b"digital-signature", b"content-commitment", b"key-encipherment", b"data-encipherment"),
    *(b"key-agreement", b"key-cert-sign", b"crl-sign", b"encipher-only", b"decipher-only"),
    *(b"tls-server", b"tls-client", b"code-sign", b"email-protect", b"timestamp"),
    *(b"ocsp-sign", b"dvcs"),
)
_TRUST_STORE = Choice(
    *(b"all", b"ipsec", b"wpa-eap", b"capsman", b"fetch", b"sstp", b"ovpn", b"mqtt", b"email"),
    *(b"netwatch", b"radius", b"container", b"userman", b"lora", b"openflow", b"tr069"),
    *(b"dot1x", b"dns", b"www", b"api", b"reverse-proxy"),
)

MENUS = (
    Menu(
        "/certificate",
        fields=(
            Field("name", Text(min_length=1)),
            *computed("issuer"),
            Field(
                "digest-algorithm",
                Choice(b"md5", b"sha1", b"sha256", b"sha384", b"sha512"),
                default=b"sha256",
            ),
            *computed("key-type"),
            Field("country", Text()),
            Field("state", Text()),
            Field("locality", Text()),
            Field("organization", Text()),
            Field("unit", Text()),
            Field("common-name", Text(), required=True),
            Field(
                "key-size",
                Choice(
                    *(b"1024", b"1536", b"2048", b"4096", b"8192"),
                    *(b"prime256v1", b"secp384r1", b"secp521r1"),
                ),
                default=b"2048",
            ),
            Field("subject-alt-name", ListOf(Text()), default=b""),
            Field("days-valid", Number(1, 1_000_000), default=b"365"),
            Field("trusted", Flag(), default=b"no"),
            Field("trust-store", ListOf(_TRUST_STORE, unique=True), since="7.19"),
            Field(
                "key-usage",
                ListOf(_KEY_USAGE, unique=True),
                default=b"digital-signature,key-encipherment,data-encipherment,key-cert-sign,"
                b"crl-sign,tls-server,tls-client",
            ),
            *computed("ca", "ca-crl-host", "ca-fingerprint", "serial-number", "fingerprint"),
            *computed("req-fingerprint", "akid", "skid", "invalid-before", "invalid-after"),
            *computed("expires-after", type=Duration()),
            *computed("challenge-password", "scep-url", "directory-url", "domain-names"),
            *computed("acme-managed", "acme-status", "status"),
            *computed("private-key", "crl", "smart-card-key", "authority", "issued", type=Flag()),
            *computed("revoked", "expired", "dynamic", type=Flag(), presence=True),
        ),
        named_by="name",
        hooks=CertificateHooks,
        commentable=False,
        disableable=False,
        flags=(
            ("private-key", "K"),
            ("crl", "L"),
            ("authority", "A"),
            ("issued", "I"),
            ("revoked", "R"),
            ("expired", "E"),
            ("trusted", "T"),
        ),
        print_flags=("show-sensitive", "active", "inactive"),
        export=None,
    ),
)
