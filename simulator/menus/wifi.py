"""/interface/wifi: radios of the 802.11ax generation, their profiles and their manager.

An interface and a configuration carry every property of the profiles they may name. No
station is ever near.

Source: command trees; defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.interface import InterfaceKind, nothing
from simulator.menus.shared import (
    ARP,
    CERTIFICATE,
    INTERFACE_LIST,
    NAME_TAKEN,
    choice,
    computed,
    flags,
    mac_address,
    several,
    unprefixed,
)
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import Duration, Flag, ListOf, Mac, Number, Reference, Text
from simulator.menus.wifi_words import COUNTRY, VENUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.values import Value

__all__ = ["MENUS"]


class WifiHooks(InterfaceKind):
    """Radios are the hardware's; what is added stands on one. None is ever joined."""

    def show(self, item: Item) -> Mapping[str, Value]:
        own = item.values.get("mac-address")
        if not isinstance(own, bytes):
            own = mac_address(self.router, b"wifi" + item.id)
        return {
            **super().show(item),
            "running": False,
            "inactive": True,
            "master": "master-interface" not in item.values,
            "mac-address": own,
        }


def _profile(path: str, prefix: str, fields: tuple[Field, ...]) -> Menu:
    """Return the menu of the profiles that a configuration names or overrides."""
    name = Field("name", Text(min_length=1), required=True)
    return Menu(path, fields=(name, *unprefixed(fields, prefix)), named_by="name", since="7.13")


_SAE_ANTI_CLOGGING_THRESHOLD = Number(0, 4294967295, words=(b"disabled",))
_INTERWORKING_TYPE = Reference("/interface/wifi/interworking")

_AAA = (
    Field("aaa.called-format", Text(), unsettable=True),
    Field("aaa.calling-format", Text(), unsettable=True),
    Field("aaa.interim-update", Duration(1, words=(b"disabled",)), unsettable=True),
    Field("aaa.mac-caching", Duration(words=(b"disabled",)), unsettable=True),
    Field("aaa.nas-identifier", Text(), unsettable=True),
    Field("aaa.password-format", Text(), unsettable=True),
    Field("aaa.username-format", Text(), unsettable=True),
)

_CHANNEL = (
    Field(
        "channel.band",
        choice(
            "2ghz-ax 2ghz-be 2ghz-g 2ghz-n 5ghz-a 5ghz-ac 5ghz-ax 5ghz-be 5ghz-n 6ghz-ax "
            "6ghz-be s1ghz-ah"
        ),
        unsettable=True,
    ),
    Field("channel.frequency", ListOf(Text()), unsettable=True),
    Field("channel.secondary-frequency", ListOf(Text()), unsettable=True),
    Field("channel.skip-dfs-channels", choice("10min-cac all disabled"), unsettable=True),
    Field(
        "channel.width",
        choice(
            "1/2/4/8mhz 1/2/4mhz 1/2mhz 1mhz 20/40/80+80mhz 20/40/80/160/320mhz "
            "20/40/80/160mhz 20/40/80mhz 20/40mhz 20/40mhz-Ce 20/40mhz-eC 20mhz"
        ),
        unsettable=True,
    ),
    Field("channel.reselect-interval", Duration(1, 25920000), unsettable=True, since="7.15"),
    Field("channel.reselect-time", Text(), unsettable=True, since="7.19"),
    Field("channel.deprioritize-unii-3-4", Flag(), unsettable=True, since="7.20"),
    Field("channel.preamble-puncturing", Flag(), unsettable=True, since="7.22"),
    Field("channel.afc", Text(), since="7.24"),
)

_DATAPATH = (
    Field("datapath.bridge", Reference("/interface/bridge", also=(b"none",)), unsettable=True),
    Field("datapath.bridge-cost", Number(1, 200000000), unsettable=True),
    Field("datapath.bridge-horizon", Number(0, 4294967295, words=(b"none",)), unsettable=True),
    Field("datapath.client-isolation", Flag(), unsettable=True),
    Field("datapath.interface-list", INTERFACE_LIST, unsettable=True),
    Field("datapath.vlan-id", Number(1, 4095, words=(b"none",)), unsettable=True),
    Field(
        "datapath.traffic-processing",
        choice("on-cap on-capsman on-capsman-secure"),
        unsettable=True,
        since="7.19",
    ),
)

_INTERWORKING = (
    Field("interworking.3gpp-info", Text(min_length=3, max_length=3), unsettable=True),
    Field(
        "interworking.authentication-types",
        several("dns-redirection https-redirection online-enrollment terms-and-conditions"),
        unsettable=True,
    ),
    Field("interworking.connection-capabilities", Text(), unsettable=True),
    Field("interworking.domain-names", Text(), unsettable=True),
    Field("interworking.esr", Flag(), unsettable=True),
    Field("interworking.hessid", Mac(), unsettable=True),
    Field("interworking.hotspot20", Flag(), unsettable=True),
    Field("interworking.hotspot20-dgaf", Flag(), unsettable=True),
    Field("interworking.internet", Flag(), unsettable=True),
    Field(
        "interworking.ipv4-availability",
        choice(
            "double-nated not-available port-restricted port-restricted-double-nated "
            "port-restricted-single-nated public single-nated unknown"
        ),
        unsettable=True,
    ),
    Field(
        "interworking.ipv6-availability", choice("available not-available unknown"), unsettable=True
    ),
    Field(
        "interworking.network-type",
        choice(
            "emergency-only personal-device private private-with-guest public-chargeable "
            "public-free test wildcard"
        ),
        unsettable=True,
    ),
    Field("interworking.operational-classes", Text(), unsettable=True),
    Field("interworking.operator-names", Text(), unsettable=True),
    Field("interworking.realms", Text(), unsettable=True),
    Field("interworking.roaming-ois", Text(), unsettable=True),
    Field("interworking.uesa", Flag(), unsettable=True),
    Field("interworking.venue", VENUE, unsettable=True),
    Field("interworking.venue-names", Text(), unsettable=True),
    Field("interworking.wan-at-capacity", Flag(), unsettable=True),
    Field("interworking.wan-downlink", Number(0, 4294967295), unsettable=True),
    Field("interworking.wan-downlink-load", Number(0, 255), unsettable=True),
    Field("interworking.wan-measurement-duration", Number(0, 4294967295), unsettable=True),
    Field("interworking.wan-status", choice("down reserved test up"), unsettable=True),
    Field("interworking.wan-symmetric", Flag(), unsettable=True),
    Field("interworking.wan-uplink", Number(0, 4294967295), unsettable=True),
    Field("interworking.wan-uplink-load", Number(0, 255), unsettable=True),
    Field("interworking.3gpp-info-raw", Text(), unsettable=True, since="7.21"),
    Field("interworking.realms-raw", Text(), unsettable=True, since="7.21"),
)

_SECURITY = (
    Field(
        "security.authentication-types",
        several(
            "wpa-psk wpa2-psk wpa2-psk-sha2 wpa-eap wpa2-eap wpa3-psk owe wpa3-eap wpa3-eap-192"
        ),
        unsettable=True,
    ),
    Field("security.connect-group", Text(), unsettable=True),
    Field("security.connect-priority", Text(), unsettable=True),
    Field("security.dh-groups", several("19 20 21"), unsettable=True),
    Field("security.disable-pmkid", Flag(), unsettable=True),
    Field("security.eap-accounting", Flag(), unsettable=True),
    Field("security.eap-anonymous-identity", Text(), unsettable=True),
    Field(
        "security.eap-certificate-mode",
        choice(
            "dont-verify-certificate no-certificates verify-certificate verify-certificate-with-crl"
        ),
        unsettable=True,
    ),
    Field("security.eap-methods", several("peap tls ttls"), unsettable=True),
    Field("security.eap-password", Text(), sensitive=True, unsettable=True),
    Field("security.eap-tls-certificate", CERTIFICATE, unsettable=True),
    Field("security.eap-username", Text(), unsettable=True),
    Field("security.encryption", several("tkip ccmp gcmp ccmp-256 gcmp-256"), unsettable=True),
    Field("security.ft", Flag(), unsettable=True),
    Field("security.ft-mobility-domain", Number(0, 65535), unsettable=True),
    Field("security.ft-nas-identifier", Text(min_length=2, max_length=96), unsettable=True),
    Field("security.ft-over-ds", Flag(), unsettable=True),
    Field("security.ft-preserve-vlanid", Flag(), unsettable=True),
    Field("security.ft-r0-key-lifetime", Duration(1, 3932100), unsettable=True),
    Field("security.ft-reassociation-deadline", Duration(0, 70), unsettable=True),
    Field("security.group-encryption", choice("ccmp ccmp-256 gcmp gcmp-256 tkip"), unsettable=True),
    Field("security.group-key-update", Duration(30), unsettable=True),
    Field("security.management-encryption", choice("cmac cmac-256 gmac gmac-256"), unsettable=True),
    Field("security.management-protection", choice("allowed disabled required"), unsettable=True),
    Field(
        "security.owe-transition-interface",
        Reference("/interface", also=(b"auto",)),
        unsettable=True,
    ),
    Field("security.passphrase", Text(), sensitive=True, unsettable=True),
    Field("security.sae-anti-clogging-threshold", _SAE_ANTI_CLOGGING_THRESHOLD, unsettable=True),
    Field("security.sae-max-failure-rate", _SAE_ANTI_CLOGGING_THRESHOLD, unsettable=True),
    Field("security.sae-pwe", choice("both hash-to-element hunting-and-pecking"), unsettable=True),
    Field("security.wps", choice("disable push-button"), unsettable=True),
    Field("security.multi-passphrase-group", Text(), unsettable=True, since="7.17"),
    Field("security.beacon-protection", choice("disabled enabled"), unsettable=True, since="7.21"),
)

_STEERING = (
    Field("steering.neighbor-group", ListOf(Text()), unsettable=True),
    Field("steering.rrm", Flag(), unsettable=True),
    Field("steering.wnm", Flag(), unsettable=True),
    Field("steering.2g-probe-delay", Flag(), unsettable=True, since="7.18"),
    Field(
        "steering.transition-request-count",
        Number(0, 255, words=(b"unlimited",)),
        unsettable=True,
        since="7.21",
    ),
    Field("steering.transition-request-period", Duration(), unsettable=True, since="7.21"),
    Field("steering.transition-threshold", Number(-120, 120), unsettable=True, since="7.21"),
    Field("steering.transition-threshold-time", Duration(), unsettable=True, since="7.21"),
    Field(
        "steering.transition-time",
        Duration(words=(b"immediate", b"unlimited")),
        unsettable=True,
        since="7.21",
    ),
)

_CONFIGURATION = (
    Field(
        "configuration.mode",
        choice("ap station station-bridge station-pseudobridge"),
        unsettable=True,
    ),
    Field("configuration.ssid", Text(max_length=32), unsettable=True),
    Field("configuration.country", COUNTRY, unsettable=True),
    Field("configuration.antenna-gain", Number(0, 30), unsettable=True),
    Field("configuration.beacon-interval", Duration(0.1, 1), unsettable=True),
    Field("configuration.chains", several("0 1 2 3 4 5 6 7"), unsettable=True),
    Field("configuration.dtim-period", Number(1, 255), unsettable=True),
    Field("configuration.hide-ssid", Flag(), unsettable=True),
    Field("configuration.manager", choice("capsman capsman-or-local local"), unsettable=True),
    Field("configuration.multicast-enhance", choice("disabled enabled"), unsettable=True),
    Field("configuration.qos-classifier", choice("dscp-high-3-bits priority"), unsettable=True),
    Field("configuration.tx-chains", several("0 1 2 3 4 5 6 7"), unsettable=True),
    Field("configuration.tx-power", Number(0, 40), unsettable=True),
    Field("configuration.distance", Number(0, 4294967295), unsettable=True, since="7.14"),
    Field("configuration.installation", choice("indoor outdoor"), unsettable=True, since="7.17"),
    Field("configuration.station-roaming", Flag(), unsettable=True, since="7.17"),
    Field("configuration.max-clients", Number(0, 4294967295), unsettable=True, since="7.18"),
    Field(
        "configuration.hw-protection-mode",
        choice("cts-to-self none rts-cts"),
        unsettable=True,
        since="7.21",
    ),
)


MENUS = (
    Menu(
        "/interface/wifi/configuration",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("aaa", Reference("/interface/wifi/aaa"), unsettable=True),
            Field("channel", Reference("/interface/wifi/channel"), unsettable=True),
            Field("datapath", Reference("/interface/wifi/datapath"), unsettable=True),
            Field("interworking", _INTERWORKING_TYPE, unsettable=True),
            Field("security", Reference("/interface/wifi/security"), unsettable=True),
            Field("steering", Reference("/interface/wifi/steering"), unsettable=True),
            *_AAA,
            *_CHANNEL,
            *_DATAPATH,
            *_INTERWORKING,
            *_SECURITY,
            *_STEERING,
            *unprefixed(_CONFIGURATION, "configuration."),
        ),
        named_by="name",
        since="7.13",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/interface/wifi",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535), default=b"1500", unsettable=True),
            Field("l2mtu", Number(0, 65535), default=b"1560", unsettable=True),
            Field("mac-address", Mac()),
            Field("radio-mac", Mac(), unsettable=True),
            Field("arp", ARP, default=b"enabled", unsettable=True),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("disable-running-check", Flag(), default=b"no", unsettable=True),
            Field("master-interface", Reference("/interface/wifi"), unsettable=True),
            Field("configuration", Reference("/interface/wifi/configuration"), unsettable=True),
            Field("aaa", Reference("/interface/wifi/aaa"), unsettable=True),
            Field("channel", Reference("/interface/wifi/channel"), unsettable=True),
            Field("datapath", Reference("/interface/wifi/datapath"), unsettable=True),
            Field("interworking", _INTERWORKING_TYPE, unsettable=True),
            Field("security", Reference("/interface/wifi/security"), unsettable=True),
            Field("steering", Reference("/interface/wifi/steering"), unsettable=True),
            Field("mld-interface", Text(), unsettable=True, since="7.22"),
            Field("mld-name", Text(), unsettable=True, since="7.22"),
            *_AAA,
            *_CHANNEL,
            *_CONFIGURATION,
            *_DATAPATH,
            *_INTERWORKING,
            *_SECURITY,
            *_STEERING,
            *computed("cap", "default-name", "network"),
            *flags("bound", "dynamic", "inactive", "master", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=WifiHooks,
        commands={
            "reset-mac-address": Command(nothing, items="many"),
            "wps-push-button": Command(nothing, items="many"),
        },
        since="7.13",
        flags=(
            ("master", "M"),
            ("dynamic", "D"),
            ("bound", "B"),
            ("disabled", "X"),
            ("inactive", "I"),
            ("running", "R"),
        ),
        export=Export(builtin="find", key="default-name"),
    ),
    _profile("/interface/wifi/aaa", "aaa.", _AAA),
    _profile("/interface/wifi/channel", "channel.", _CHANNEL),
    _profile("/interface/wifi/datapath", "datapath.", _DATAPATH),
    _profile("/interface/wifi/interworking", "interworking.", _INTERWORKING),
    _profile("/interface/wifi/security", "security.", _SECURITY),
    _profile("/interface/wifi/steering", "steering.", _STEERING),
)
