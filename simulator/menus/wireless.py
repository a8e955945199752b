"""Wireless interfaces as the package `wireless` has them, and who may join.

The menus left the base system for a package with 7.13; a virtual router has none from then on.

Source: command trees, which offer no value sets; those and the defaults from published exports
and from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.menus.interface import InterfaceKind, nothing
from simulator.menus.shared import (
    ARP,
    INTERFACE,
    NAME_TAKEN,
    choice,
    computed,
    counters,
    flag,
    flags,
    mac_address,
    several,
)
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import Address, Duration, ListOf, Mac, Number, Reference, Size, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class WirelessHooks(InterfaceKind):
    """Radios are the hardware's; what is added stands on one. None is ever joined."""

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if item is None and "master-interface" not in values:
            raise RouterError(b"failure: must specify master interface")
        super().prepare(values, item)

    def show(self, item: Item) -> Mapping[str, Value]:
        kind = b"virtual" if "master-interface" in item.values else b"Atheros AR9300"
        own = item.values.get("mac-address")
        if not isinstance(own, bytes):
            own = mac_address(self.router, b"wlan" + item.id)
        return {
            **super().show(item),
            "running": False,
            "interface-type": kind,
            "mac-address": own,
        }


_WDS_DEFAULT_BRIDGE = Reference("/interface/bridge", also=(b"none",))
_RATES_AG = several("6Mbps 9Mbps 12Mbps 18Mbps 24Mbps 36Mbps 48Mbps 54Mbps")
_RATES_B = several("1Mbps 2Mbps 5.5Mbps 11Mbps")
_HT_MCS = several(" ".join(f"mcs-{index}" for index in range(24)))
_VHT_MCS = Text()  # `MCS 0-9` for each stream, or `none`
_VLAN_MODE = choice("no-tag use-service-tag use-tag")
_LIMIT = Size(0, 4294967295)
_BANDS = (
    "2ghz-b 2ghz-b/g 2ghz-b/g/n 2ghz-onlyg 2ghz-onlyn 2ghz-g/n 5ghz-a 5ghz-a/n "
    "5ghz-a/n/ac 5ghz-onlyac 5ghz-onlyn 5ghz-n/ac 900mhz"
)
_WIDTH = choice(
    "10mhz 20mhz 20/40mhz-Ce 20/40mhz-XX 20/40mhz-eC 20/40/80mhz-Ceee 20/40/80mhz-eCee "
    "20/40/80mhz-eeCe 20/40/80mhz-eeeC 20/40/80mhz-XXXX 20/40/80/160mhz-Ceeeeeee "
    "20/40/80/160mhz-XXXXXXXX 40mhz-turbo 5mhz"
)
_PROFILE = Reference("/interface/wireless/security-profiles")


MENUS = (
    Menu(
        "/interface/wireless",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65536), default=b"1500"),
            Field("l2mtu", Number(0, 65536), default=b"1600"),
            Field("mac-address", Mac()),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            flag("disable-running-check"),
            Field(
                "master-interface",
                Reference("/interface/wireless", also=(b"none",)),
                default=b"none",
            ),
            Field("radio-name", Text(), default=b""),
            Field("ssid", Text(), default=b"MikroTik"),
            Field(
                "mode",
                choice(
                    "alignment-only ap-bridge bridge nstreme-dual-slave station station-bridge "
                    "station-pseudobridge station-pseudobridge-clone station-wds wds-slave"
                ),
                default=b"station",
            ),
            Field("band", choice(_BANDS), default=b"5ghz-a"),
            Field("frequency", Number(900, 6100, words=(b"auto",)), default=b"5180"),
            Field("secondary-frequency", Text(), default=b""),
            Field("channel-width", _WIDTH, default=b"20mhz"),
            Field("scan-list", Text(), default=b"default"),
            Field(
                "wireless-protocol",
                choice("802.11 any nstreme nv2 nv2-nstreme nv2-nstreme-802.11 unspecified"),
                default=b"any",
            ),
            Field("vlan-mode", _VLAN_MODE, default=b"no-tag"),
            Field("vlan-id", Number(1, 4095), default=b"1"),
            Field(
                "wds-mode",
                choice("disabled dynamic dynamic-mesh static static-mesh"),
                default=b"disabled",
            ),
            Field("wds-default-bridge", _WDS_DEFAULT_BRIDGE, default=b"none"),
            flag("wds-ignore-ssid"),
            Field("bridge-mode", choice("disabled enabled"), default=b"enabled"),
            flag("default-authentication", b"yes"),
            flag("default-forwarding", b"yes"),
            Field("default-ap-tx-limit", _LIMIT, default=b"0"),
            Field("default-client-tx-limit", _LIMIT, default=b"0"),
            flag("hide-ssid"),
            Field("security-profile", _PROFILE, default=b"default"),
            Field("interworking-profile", Text(), default=b"disabled"),
            flag("compression"),
            Field("country", Text(), default=b"etsi"),
            Field(
                "frequency-mode",
                choice("manual-txpower regulatory-domain superchannel"),
                default=b"regulatory-domain",
            ),
            Field("installation", choice("any indoor outdoor"), default=b"any"),
            Field("antenna-gain", Number(0, 4294967295), default=b"0"),
            Field("antenna-mode", choice("ant-a ant-b rxa-txb txa-rxb")),
            Field("tx-power", Number(-30, 40)),
            Field(
                "tx-power-mode",
                choice("all-rates-fixed card-rates default manual-table"),
                default=b"default",
            ),
            Field("rate-set", choice("configured default"), default=b"default"),
            Field("rate-selection", choice("advanced legacy"), default=b"advanced"),
            Field("preamble-mode", choice("both long short"), default=b"both"),
            Field("guard-interval", choice("any long"), default=b"any"),
            Field("amsdu-limit", Number(0, 8192), default=b"8192"),
            Field("amsdu-threshold", Number(0, 8192), default=b"8192"),
            Field("ampdu-priorities", several("0 1 2 3 4 5 6 7"), default=b"0"),
            Field("basic-rates-a/g", _RATES_AG, default=b"6Mbps"),
            Field("basic-rates-b", _RATES_B, default=b"1Mbps"),
            Field(
                "supported-rates-a/g",
                _RATES_AG,
                default=b"6Mbps,9Mbps,12Mbps,18Mbps,24Mbps,36Mbps,48Mbps,54Mbps",
            ),
            Field("supported-rates-b", _RATES_B, default=b"1Mbps,2Mbps,5.5Mbps,11Mbps"),
            Field("tx-chains", several("0 1 2 3"), default=b"0"),
            Field("rx-chains", several("0 1 2 3"), default=b"0"),
            Field("skip-dfs-channels", choice("10min-cac all disabled"), default=b"disabled"),
            Field("station-roaming", choice("disabled enabled"), default=b"disabled"),
            Field(
                "wps-mode",
                choice("disabled push-button push-button-virtual-only"),
                default=b"push-button",
            ),
            Field("wmm-support", choice("disabled enabled required"), default=b"disabled"),
            Field("multicast-helper", choice("default disabled dhcp full"), default=b"default"),
            Field("multicast-buffering", choice("disabled enabled"), default=b"enabled"),
            Field("keepalive-frames", choice("disabled enabled"), default=b"enabled"),
            Field("disconnect-timeout", Duration(0, 15), default=b"3s"),
            Field("on-fail-retry-time", Duration(0.1, 1), default=b"100ms"),
            Field("frame-lifetime", Number(0, 4294967295), default=b"0"),
            Field("hw-retries", Number(0, 15), default=b"7"),
            Field(
                "hw-fragmentation-threshold",
                Number(256, 3000, words=(b"disabled",)),
                default=b"disabled",
            ),
            Field("hw-protection-mode", choice("cts-to-self none rts-cts"), default=b"none"),
            Field("hw-protection-threshold", Number(0, 65535), default=b"0"),
            Field("max-station-count", Number(1, 2007), default=b"2007"),
            Field("noise-floor-threshold", Text(), default=b"default"),
            Field(
                "adaptive-noise-immunity",
                choice("ap-and-client-mode client-mode none"),
                default=b"none",
            ),
            flag("allow-sharedkey"),
            Field("area", Text(), default=b""),
            Field("burst-time", Number(0, 4294967295, words=(b"disabled",)), default=b"disabled"),
            Field(
                "distance",
                Number(0, 4294967295, words=(b"dynamic", b"indoors")),
                default=b"dynamic",
            ),
            Field("frequency-offset", Number(-2147483648, 2147483647), default=b"0"),
            Field(
                "nv2-mode",
                choice("dynamic-downlink fixed-downlink sync-master sync-slave"),
                default=b"dynamic-downlink",
            ),
            Field("nv2-qos", choice("default frame-priority"), default=b"default"),
            Field("nv2-queue-count", Number(2, 8), default=b"2"),
            Field("nv2-security", choice("disabled enabled"), default=b"disabled"),
            Field("nv2-preshared-key", Text(), default=b"", sensitive=True),
            Field("nv2-sync-secret", Text(max_length=32), default=b"", sensitive=True),
            Field("nv2-cell-radius", Number(10, 200), default=b"30"),
            Field("nv2-downlink-ratio", Number(20, 80), default=b"50"),
            Field("nv2-noise-floor-offset", Number(0, 20, words=(b"default",)), default=b"default"),
            Field("tdma-period-size", Number(1, 10, words=(b"auto",)), default=b"2"),
            Field("station-bridge-clone-mac", Mac(), default=b"00:00:00:00:00:00"),
            Field(
                "update-stats-interval",
                Duration(10, 18000, words=(b"disabled",)),
                default=b"disabled",
            ),
            Field("wds-cost-range", Text(), default=b"50-150"),
            Field("wds-default-cost", Number(0, 4294967295), default=b"100"),
            Field("prism-cardtype", Text(), default=b""),
            Field("ht-basic-mcs", _HT_MCS),
            Field("ht-supported-mcs", _HT_MCS),
            Field("vht-basic-mcs", _VHT_MCS),
            Field("vht-supported-mcs", _VHT_MCS),
            *computed("default-name", "interface-type"),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=WirelessHooks,
        commands={
            "reset-configuration": Command(nothing, items="many"),
            "wps-push-button": Command(nothing, items="many"),
            "reset-mac-address": Command(nothing, items="many"),
        },
        flags=(("disabled", "X"), ("running", "R")),
        export=Export(builtin="find", key="default-name"),
    ),
    Menu(
        "/interface/wireless/access-list",
        fields=(
            Field("mac-address", Mac(), default=b"00:00:00:00:00:00"),
            Field(
                "interface",
                Reference("/interface", "/interface/list", also=(b"any",)),
                default=b"any",
            ),
            Field("signal-range", Text(), default=b"-120..120"),
            Field("allow-signal-out-of-range", Duration(words=(b"always",)), default=b"10s"),
            flag("authentication", b"yes"),
            flag("forwarding", b"yes"),
            Field("ap-tx-limit", _LIMIT, default=b"0"),
            Field("client-tx-limit", _LIMIT, default=b"0"),
            Field(
                "private-algo", choice("104bit-wep 40bit-wep aes-ccm none tkip"), default=b"none"
            ),
            Field("private-key", Text(), default=b"", sensitive=True),
            Field("private-pre-shared-key", Text(), default=b"", sensitive=True),
            Field("management-protection-key", Text(), default=b"", sensitive=True),
            Field(
                "vlan-mode", choice("default no-tag use-service-tag use-tag"), default=b"default"
            ),
            Field("vlan-id", Number(1, 4095), default=b"1"),
            Field("time", Text(), default=b""),
        ),
        ordered=True,
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/interface/wireless/registration-table",
        fields=(
            *computed("interface", "mac-address", "radio-name", "rx-rate", "tx-rate"),
            *computed("packets", "bytes", "frames", "frame-bytes", "hw-frames"),
            *computed("hw-frame-bytes", "packed-packets", "packed-bytes"),
            *computed("packed-frames", "signal-strength", "signal-to-noise"),
            *computed("signal-strength-ch0", "signal-strength-ch1"),
            *computed("signal-strength-ch2", "tx-signal-strength"),
            *computed("tx-signal-strength-ch0", "tx-signal-strength-ch1"),
            *computed("tx-signal-strength-ch2", "strength-at-rates", "tx-ccq"),
            *computed("rx-ccq", "distance", "framing-mode", "routeros-version"),
            *computed("last-ip", "authentication-type", "encryption"),
            *computed("group-encryption", "tx-rate-set", "tdma-timing-offset"),
            *computed("comment"),
            *counters("tx-frames-timed-out", "p-throughput"),
            *computed("uptime", "last-activity", type=Duration()),
            *flags("ap", "wds", "bridge", "nstreme", "802.1x-port-enabled"),
            *flags("management-protection", "compression", "wmm-enabled"),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/interface/wireless/cap",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("interfaces", ListOf(Reference("/interface/wireless"), unique=True), default=b""),
            Field(
                "certificate",
                Reference("/certificate", also=(b"none", b"request")),
                default=b"none",
            ),
            flag("lock-to-caps-man"),
            Field("discovery-interfaces", ListOf(INTERFACE, unique=True), default=b""),
            Field("caps-man-addresses", ListOf(Address()), default=b""),
            Field("caps-man-names", ListOf(Text(min_length=1)), default=b""),
            Field("caps-man-certificate-common-names", ListOf(Text(min_length=1)), default=b""),
            Field("bridge", _WDS_DEFAULT_BRIDGE, default=b"none"),
            flag("static-virtual"),
            *computed("locked-caps-man-common-name", "requested-certificate"),
        ),
    ),
    Menu(
        "/interface/wireless/channels",
        fields=(
            Field("name", Text(min_length=1)),
            Field("list", Text(), default=b""),
            Field("frequency", Text(), default=b""),
            Field("band", choice(_BANDS)),
            Field("width", Text(), default=b"20"),
            Field(
                "extension-channel",
                choice("Ce Ceee XX XXXX disabled eC eCee eeCe eeeC"),
                default=b"disabled",
            ),
        ),
        named_by="name",
        ordered=True,
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/interface/wireless/align",
        singleton=True,
        fields=(
            Field("frame-size", Number(200, 1500), default=b"300"),
            Field("frames-per-second", Number(1, 100), default=b"25"),
            flag("active-mode", b"yes"),
            flag("receive-all"),
            flag("ssid-all"),
            Field("filter-mac", Mac(), default=b"00:00:00:00:00:00"),
            Field("audio-monitor", Mac(), default=b"00:00:00:00:00:00"),
            Field("audio-min", Number(-2147483648, 2147483647), default=b"-100"),
            Field("audio-max", Number(-2147483648, 2147483647), default=b"-20"),
        ),
    ),
)
