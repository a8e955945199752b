"""/caps-man: access points that a manager configures, with the package `wireless`.

A virtual router has the menus until 7.12. No access point ever asks.

Source: command trees, which offer no value sets; those and the defaults from published exports
and from memory: assumed.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.menus.interface import InterfaceKind, nothing
from simulator.menus.shared import (
    ARP,
    CERTIFICATE,
    INTERFACE_LIST,
    NAME_TAKEN,
    choice,
    computed,
    counters,
    flag,
    flags,
    several,
    unprefixed,
)
from simulator.menus.table import UNSET, Command, Export, Field, Menu
from simulator.menus.types import (
    AddressRange,
    Duration,
    Flag,
    ListOf,
    Mac,
    Number,
    Reference,
    Size,
    Text,
)

__all__ = ["MENUS"]


def _profile(path: str, prefix: str, fields: tuple[Field, ...]) -> Menu:
    """Return the menu of the profiles that a configuration names or overrides."""
    name = Field("name", Text(min_length=1), required=True)
    return Menu(
        path,
        fields=(name, *unprefixed(fields, prefix)),
        named_by="name",
        disableable=False,
    )


def _actual() -> Menu:
    """Return the menu of what interfaces really run with, which nobody sets: assumed."""
    own = (
        *(Field(name, Text()) for name in ("name", "mtu", "l2mtu", "mac-address", "arp")),
        *(Field(name, Text()) for name in ("arp-timeout", "radio-mac", "radio-name", "comment")),
        *(Field(name, Flag()) for name in ("disabled", "disable-running-check")),
        Field("master-interface", Text()),
    )
    fields = (*own, *_CHANNEL, *_CONFIGURATION, *_DATAPATH, *_SECURITY)
    return Menu(
        "/caps-man/actual-interface-configuration",
        fields=tuple(
            replace(each, read_only=True) for each in fields if each.name not in _NO_OVERRIDE
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    )


_CERTIFICATE = Reference("/certificate", also=(b"auto", b"none"))
_BASIC_RATES = "1Mbps 2Mbps 5.5Mbps 11Mbps 6Mbps 9Mbps 12Mbps 18Mbps 24Mbps 36Mbps 48Mbps 54Mbps"
_VLAN_MODE = choice("no-tag use-service-tag use-tag")
_HT_MCS = several(" ".join(f"mcs-{index}" for index in range(24)))
_EXTENSION = choice("Ce Ceee XX XXXX disabled eC eCee eeCe eeeC")
_LIMIT = Size(0, 4294967295)
# What an interface has not of its configuration's.
_NO_OVERRIDE = {"datapath.arp", "datapath.l2mtu", "datapath.mtu"}
_CHANNEL = (
    flag("channel.save-selected", UNSET),
    flag("channel.skip-dfs-channels", UNSET),
    Field(
        "channel.band",
        choice(
            "2ghz-b 2ghz-b/g 2ghz-b/g/n 2ghz-g/n 2ghz-onlyg 2ghz-onlyn 5ghz-a 5ghz-a/n "
            "5ghz-a/n/ac 5ghz-n/ac 5ghz-onlyac 5ghz-onlyn"
        ),
    ),
    Field("channel.control-channel-width", choice("10mhz 20mhz 40mhz-turbo 5mhz")),
    Field("channel.extension-channel", _EXTENSION),
    Field("channel.frequency", ListOf(Text())),
    Field("channel.reselect-interval", Duration(1, 25920000)),
    Field("channel.secondary-frequency", ListOf(Text())),
    Field("channel.tx-power", Number(-30, 40)),
)

_DATAPATH = (
    flag("datapath.client-to-client-forwarding", UNSET),
    flag("datapath.local-forwarding", UNSET),
    Field("datapath.arp", ARP),
    Field("datapath.bridge", Reference("/interface/bridge", also=(b"none",))),
    Field("datapath.bridge-cost", Number(1, 200000000)),
    Field("datapath.bridge-horizon", Number(0, 4294967295, words=(b"none",))),
    Field("datapath.interface-list", INTERFACE_LIST),
    Field("datapath.l2mtu", Number(0, 65535)),
    Field("datapath.mtu", Number(0, 65535)),
    Field("datapath.openflow-switch", Text()),
    Field("datapath.vlan-id", Number(1, 4095)),
    Field("datapath.vlan-mode", _VLAN_MODE),
)

_RATES = (
    Field("rates.basic", several(_BASIC_RATES)),
    Field("rates.ht-basic-mcs", _HT_MCS),
    Field("rates.ht-supported-mcs", _HT_MCS),
    Field("rates.supported", several(_BASIC_RATES)),
    Field("rates.vht-basic-mcs", Text()),
    Field("rates.vht-supported-mcs", Text()),
)

_SECURITY = (
    flag("security.disable-pmkid", UNSET),
    flag("security.eap-radius-accounting", UNSET),
    Field("security.authentication-types", several("wpa-psk wpa2-psk wpa-eap wpa2-eap")),
    Field("security.eap-methods", several("eap-tls eap-ttls-mschapv2 passthrough peap")),
    Field("security.encryption", several("aes-ccm tkip")),
    Field("security.group-encryption", choice("aes-ccm tkip")),
    Field("security.group-key-update", Duration(30, 86400)),
    Field("security.passphrase", Text(min_length=8, max_length=63), sensitive=True),
    Field("security.tls-certificate", CERTIFICATE),
    Field(
        "security.tls-mode",
        choice(
            "dont-verify-certificate no-certificates verify-certificate verify-certificate-with-crl"
        ),
    ),
)

_CONFIGURATION = (
    Field("configuration.mode", choice("ap"), default=b"ap"),
    Field("configuration.ssid", Text(max_length=32)),
    flag("configuration.hide-ssid", UNSET),
    Field("configuration.country", Text(), default=b""),
    Field("configuration.disconnect-timeout", Duration(0, 15)),
    Field("configuration.distance", Number(0, 4294967295, words=(b"dynamic", b"indoors"))),
    Field("configuration.frame-lifetime", Duration(0, 15)),
    Field("configuration.guard-interval", choice("any long")),
    Field("configuration.hw-protection-mode", choice("cts-to-self none rts-cts")),
    Field("configuration.hw-retries", Number(0, 15)),
    Field("configuration.installation", choice("any indoor outdoor")),
    Field("configuration.keepalive-frames", choice("disabled enabled")),
    Field("configuration.load-balancing-group", Text()),
    Field("configuration.max-sta-count", Number(1, 2007)),
    Field("configuration.multicast-helper", choice("default disabled full")),
    Field("configuration.rx-chains", several("0 1 2 3")),
    Field("configuration.tx-chains", several("0 1 2 3")),
)


MENUS = (
    Menu(
        "/caps-man/manager",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("certificate", _CERTIFICATE, default=b"none"),
            Field("ca-certificate", _CERTIFICATE, default=b"none"),
            flag("require-peer-certificate"),
            Field("package-path", Text(), default=b""),
            Field(
                "upgrade-policy",
                choice("none require-same-version suggest-same-version"),
                default=b"none",
            ),
            *computed("generated-certificate", "generated-ca-certificate"),
        ),
    ),
    Menu(
        "/caps-man/manager/interface",
        fields=(
            Field("interface", Reference("/interface", also=(b"all",)), required=True),
            flag("forbid"),
            *flags("dynamic", "default"),
        ),
        unique=(("interface",),),
        builtin=({"interface": b"all", "default": b"yes"},),
        flags=(("disabled", "X"), ("dynamic", "D"), ("default", "*")),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/caps-man/configuration",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("channel", Reference("/caps-man/channel")),
            Field("datapath", Reference("/caps-man/datapath")),
            Field("rates", Reference("/caps-man/rates")),
            Field("security", Reference("/caps-man/security")),
            *_CHANNEL,
            *_DATAPATH,
            *_RATES,
            *_SECURITY,
            *unprefixed(_CONFIGURATION, "configuration."),
        ),
        named_by="name",
        disableable=False,
    ),
    Menu(
        "/caps-man/interface",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("mtu", Number(0, 65535), default=b"1500"),
            Field("l2mtu", Number(0, 65535), default=b"1600"),
            Field("mac-address", Mac()),
            Field("radio-mac", Mac()),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            flag("disable-running-check"),
            Field(
                "master-interface",
                Reference("/caps-man/interface", also=(b"none",)),
                default=b"none",
            ),
            Field("radio-name", Text(), default=b""),
            Field("configuration", Reference("/caps-man/configuration")),
            Field("channel", Reference("/caps-man/channel")),
            Field("datapath", Reference("/caps-man/datapath")),
            Field("rates", Reference("/caps-man/rates")),
            Field("security", Reference("/caps-man/security")),
            *_CHANNEL,
            *(each for each in _DATAPATH if each.name not in _NO_OVERRIDE),
            *_RATES,
            *_SECURITY,
            *_CONFIGURATION,
            *computed("current-state", "current-channel", "current-rate-set"),
            *computed("current-basic-rate-set"),
            *counters("current-registered-clients", "current-authorized-clients"),
            *flags("running", "bound", "inactive", "master", "dynamic"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=InterfaceKind,
        flags=(
            ("master", "M"),
            ("dynamic", "D"),
            ("bound", "B"),
            ("disabled", "X"),
            ("inactive", "I"),
            ("running", "R"),
        ),
    ),
    Menu(
        "/caps-man/access-list",
        fields=(
            Field("mac-address", Mac()),
            Field("mac-address-mask", Mac()),
            Field(
                "interface",
                Reference("/interface", "/interface/list", also=(b"any",)),
                default=b"any",
            ),
            Field("signal-range", Text(), default=b"-120..120"),
            Field("allow-signal-out-of-range", Duration(words=(b"always",)), default=b"10s"),
            Field("ssid-regexp", Text(), default=b""),
            Field("action", choice("accept query-radius reject"), default=b"accept"),
            Field("ap-tx-limit", _LIMIT),
            Field("client-tx-limit", _LIMIT),
            flag("client-to-client-forwarding", UNSET),
            Field("private-passphrase", Text(), default=b"", sensitive=True),
            flag("radius-accounting", UNSET),
            Field("vlan-mode", _VLAN_MODE),
            Field("vlan-id", Number(1, 4095)),
            Field("time", Text(), default=b""),
        ),
        ordered=True,
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/caps-man/provisioning",
        fields=(
            Field("radio-mac", Mac(), default=b"00:00:00:00:00:00"),
            Field("hw-supported-modes", several("a ac an b g gn"), default=b""),
            Field("identity-regexp", Text(), default=b""),
            Field("common-name-regexp", Text(), default=b""),
            Field("ip-address-ranges", ListOf(AddressRange()), default=b""),
            Field(
                "action",
                choice("create-disabled create-dynamic-enabled create-enabled none"),
                default=b"none",
            ),
            Field("master-configuration", Reference("/caps-man/configuration")),
            Field("slave-configurations", ListOf(Reference("/caps-man/configuration"))),
            Field("name-format", choice("cap identity prefix prefix-identity"), default=b"cap"),
            Field("name-prefix", Text(), default=b""),
        ),
        ordered=True,
        flags=(("disabled", "X"),),
    ),
    _profile("/caps-man/channel", "channel.", _CHANNEL),
    _profile("/caps-man/datapath", "datapath.", _DATAPATH),
    _profile("/caps-man/rates", "rates.", _RATES),
    _profile("/caps-man/security", "security.", _SECURITY),
    _actual(),
    Menu(
        "/caps-man/registration-table",
        fields=(
            *computed("interface", "mac-address", "ssid", "comment", "rx-rate"),
            *computed("tx-rate", "packets", "bytes", "tx-rate-set", "eap-identity"),
            *counters("rx-signal", "tx-signal"),
            *computed("uptime", type=Duration()),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/caps-man/remote-cap",
        fields=(
            *computed("address", "name", "board", "serial", "version", "identity"),
            *computed("base-mac", "state"),
            *counters("radios"),
        ),
        commands={
            "set-identity": Command(nothing, items="many"),
            "upgrade": Command(nothing, items="many"),
            "provision": Command(nothing, items="many"),
        },
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
)
