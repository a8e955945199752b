"""IPsec: profiles, peers, identities, proposals, policies.

No tunnel ever comes up.

Source: command trees; defaults and fresh items from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.firewall_fields import Protocol
from simulator.menus.interface import nothing
from simulator.menus.shared import CERTIFICATE, choice, computed, counters, flag, flags, several
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import (
    Address,
    AnyAddress,
    AnyNetwork,
    Duration,
    ListOf,
    Number,
    Reference,
    Text,
    YesNo,
)

__all__ = ["MENUS"]


# Assumed: `key-id:x`, `fqdn:x`, `address:192.0.2.1` and the like are not taken apart.
_ID = Text()


MENUS = (
    Menu(
        "/ip/ipsec/profile",
        fields=(
            Field("name", Text(min_length=1)),
            Field(
                "dh-group",
                several(
                    "x25519 ecp256 ecp384 ecp521 modp8192 modp6144 modp4096 modp3072 modp2048 "
                    "modp1536 modp1024 modp768"
                ),
                default=b"modp2048,modp1024",
            ),
            Field("dpd-interval", Duration(0, 3600, words=(b"disable-dpd",)), default=b"2m"),
            Field("dpd-maximum-failures", Number(1, 100), default=b"5"),
            Field(
                "enc-algorithm",
                several("aes-256 aes-192 aes-128 3des des"),
                default=b"aes-128,3des",
            ),
            Field("hash-algorithm", choice("md5 sha1 sha256 sha384 sha512"), default=b"sha1"),
            Field("lifebytes", Number(0, 4294967295), default=b"0"),
            Field("lifetime", Duration(), default=b"1d"),
            flag("nat-traversal", b"yes"),
            Field(
                "prf-algorithm",
                choice("auto sha1 sha256 sha384 sha512"),
                default=b"auto",
                since="7.0",
            ),
            Field("proposal-check", choice("claim exact obey strict"), default=b"obey"),
            Field("ppk", choice("no psk psk-ike-initial qkd"), default=b"no", since="7.21"),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        commentable=False,
        disableable=False,
        flags=(("default", "*"),),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/ip/ipsec/peer",
        fields=(
            Field("name", Text(min_length=1)),
            Field("address", AnyNetwork(), default=b"::/0"),
            Field("local-address", AnyAddress()),
            flag("passive"),
            Field("port", Number(0, 65535), default=b"500"),
            Field("profile", Reference("/ip/ipsec/profile"), default=b"default"),
            Field("exchange-mode", choice("aggressive base ike2 main"), default=b"main"),
            flag("send-initial-contact", b"yes"),
            Field("ppk-secret", Text(), default=b"", sensitive=True, since="7.21"),
            *computed("current-address"),
            *flags("dynamic", "responder"),
        ),
        named_by="name",
        flags=(("disabled", "X"), ("dynamic", "D"), ("responder", "R")),
    ),
    Menu(
        "/ip/ipsec/identity",
        fields=(
            Field("peer", Reference("/ip/ipsec/peer"), required=True),
            Field(
                "auth-method",
                choice(
                    "digital-signature eap eap-radius pre-shared-key pre-shared-key-xauth rsa-key "
                    "rsa-signature-hybrid"
                ),
                default=b"pre-shared-key",
            ),
            Field("secret", Text(), default=b"", sensitive=True),
            Field("username", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("generate-policy", choice("no port-override port-strict"), default=b"no"),
            Field("policy-template-group", Reference("/ip/ipsec/policy/group"), default=b"default"),
            Field("notrack-chain", Text(), default=b""),
            Field("my-id", _ID, default=b"auto"),
            Field("remote-id", _ID, default=b"auto"),
            Field("match-by", choice("certificate remote-id"), default=b"remote-id"),
            Field("mode-config", Reference("/ip/ipsec/mode-config", also=(b"none",))),
            Field("certificate", ListOf(CERTIFICATE)),
            Field("remote-certificate", CERTIFICATE),
            Field("key", Text(), default=b""),
            Field("remote-key", Text(), default=b""),
            Field(
                "eap-methods", ListOf(choice("eap-mschapv2 eap-peap eap-tls eap-ttls"), unique=True)
            ),
            *flags("dynamic"),
        ),
        flags=(("disabled", "X"), ("dynamic", "D")),
    ),
    Menu(
        "/ip/ipsec/proposal",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("auth-algorithms", several("sha512 sha256 sha1 md5 null"), default=b"sha1"),
            Field(
                "enc-algorithms",
                several(
                    "chacha20poly1305 aes-256-cbc aes-256-ctr aes-256-gcm camellia-256 aes-192-cbc "
                    "aes-192-ctr aes-192-gcm camellia-192 aes-128-cbc aes-128-ctr aes-128-gcm "
                    "camellia-128 3des blowfish twofish des null"
                ),
                default=b"aes-256-cbc,aes-192-cbc,aes-128-cbc",
            ),
            Field("lifetime", Duration(), default=b"30m"),
            Field(
                "pfs-group",
                choice(
                    "ecp256 ecp384 ecp521 modp1024 modp1536 modp2048 modp3072 modp4096 modp6144 "
                    "modp768 modp8192 none"
                ),
                default=b"modp1024",
            ),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        flags=(("disabled", "X"), ("default", "*")),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/ip/ipsec/policy",
        fields=(
            Field("peer", ListOf(Reference("/ip/ipsec/peer"), unique=True)),
            flag("tunnel"),
            Field("src-address", AnyNetwork(), default=b"::/0"),
            Field("src-port", Number(0, 65535, words=(b"any",)), default=b"any"),
            Field("dst-address", AnyNetwork(), default=b"::/0"),
            Field("dst-port", Number(0, 65535, words=(b"any",)), default=b"any"),
            Field("protocol", Protocol(b"all"), default=b"all"),
            Field("action", choice("discard encrypt none"), default=b"encrypt"),
            Field("level", choice("require unique use"), default=b"require"),
            Field("ipsec-protocols", choice("ah esp"), default=b"esp"),
            Field("sa-src-address", AnyAddress()),
            Field("sa-dst-address", AnyAddress()),
            Field("proposal", Reference("/ip/ipsec/proposal", also=(b"none",)), default=b"default"),
            flag("template"),
            Field(
                "group", Reference("/ip/ipsec/policy/group", also=(b"none",)), default=b"default"
            ),
            *computed("ph2-state"),
            *counters("ph2-count"),
            *flags("active", "backup", "default", "dynamic", "invalid"),
        ),
        ordered=True,
        builtin=({"template": b"yes", "default": b"yes"},),
        flags=(
            ("template", "T"),
            ("backup", "B"),
            ("dynamic", "D"),
            ("invalid", "I"),
            ("active", "A"),
            ("disabled", "X"),
            ("default", "*"),
        ),
        export=Export(builtin="number"),
    ),
    Menu(
        "/ip/ipsec/policy/group",
        fields=(
            Field("name", Text(min_length=1), required=True),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        disableable=False,
        flags=(("default", "*"),),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/ip/ipsec/mode-config",
        fields=(
            Field("name", Text(min_length=1), required=True),
            flag("responder"),
            Field("src-address-list", Text(), default=b""),
            Field("connection-mark", Text(), default=b""),
            Field("address", Address()),
            Field("address-pool", Reference("/ip/pool", also=(b"none",))),
            Field("address-prefix-length", Number(1, 32)),
            Field("split-include", ListOf(AnyNetwork())),
            Field("split-dns", ListOf(Text())),
            flag("system-dns"),
            Field("static-dns", ListOf(Text())),
            Field("use-responder-dns", YesNo(b"exclusively"), default=b"exclusively"),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"request-only", "default": b"yes"},),
        commentable=False,
        disableable=False,
        flags=(("default", "*"),),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/ip/ipsec/active-peers",
        fields=(
            *computed("id", "local-address", "port", "ppk", "remote-address", "side"),
            *computed("spii", "spir", "state"),
            *counters("ph2-total", "rx-bytes", "rx-packets", "tx-bytes", "tx-packets"),
            *computed("last-seen", "uptime", type=Duration()),
            *flags("dynamic-address", "natt-peer", "responder"),
        ),
        commands={"kill-connections": Command(nothing)},
        lacks=frozenset({"*"}),
        disableable=False,
        flags=(("responder", "R"), ("natt-peer", "N")),
        export=None,
    ),
)
