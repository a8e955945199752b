"""In which order `/export` writes the menus: what others refer to comes first.

Source: 104 published exports of 6.40 to 7.23, merged by majority; the places of
menus that none of them has are assumed, next to what they resemble.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.version import Version

__all__ = ["MENU_ORDER", "place"]

# One menu a line, without the leading slash, in the form in which exports write it.
_IN_ORDER = """
container mounts
disk
interface bridge
interface wireless
interface wifi
interface wifiwave2
interface ethernet
interface wireguard
interface 6to4
interface eoip
interface gre
interface ipip
interface vxlan
interface veth
interface pppoe-client
interface vlan
interface vrrp
interface bonding
interface macvlan
caps-man channel
caps-man datapath
caps-man rates
caps-man security
caps-man configuration
interface ethernet switch
interface ethernet switch port
interface list
interface lte apn
interface wifi channel
interface wifi datapath
interface wifi security
interface wifi configuration
interface wireless security-profiles
iot lora servers
ip dhcp-client option
ip dhcp-server option
ip dhcp-server option sets
ip dns forwarders
ip firewall layer7-protocol
ip hotspot profile
ip hotspot user profile
ip ipsec mode-config
ip ipsec policy group
ip ipsec profile
ip ipsec peer
ip ipsec proposal
ip kid-control
ip smb users
ip pool
ip dhcp-server
ip hotspot
ipv6 pool
ipv6 dhcp-server option
ipv6 dhcp-server
port
ppp profile
interface l2tp-client
interface ovpn-client
interface pptp-client
interface sstp-client
queue type
queue simple
queue tree
routing bgp instance
routing bgp template
routing id
routing ospf instance
routing ospf area
routing ospf-v3 instance
routing ospf-v3 area
routing rip instance
routing table
snmp community
system logging action
user group
app
caps-man manager
caps-man manager interface
caps-man access-list
caps-man provisioning
certificate scep-server
certificate settings
console settings
container
container config
container envs
disk settings
dude
interface bridge port
interface bridge port-controller
interface bridge filter
interface bridge nat
interface bridge settings
interface ethernet switch l3hw-settings
ip firewall connection tracking
ip neighbor discovery-settings
ip settings
ipv6 settings
interface bridge vlan
interface bridge mdb
interface bridge msti
interface ethernet switch rule
interface ethernet switch vlan
interface detect-internet
interface l2tp-server server
interface list member
interface lte settings
interface ovpn-server server
interface pppoe-server server
interface pptp-server server
interface sstp-server server
interface wifi access-list
interface wifi cap
interface wifi capsman
interface wifi provisioning
interface wireguard peers
interface wireless access-list
interface wireless cap
interface wireless connect-list
interface wireless sniffer
interface wireless snooper
iot lora traffic options
ip accounting
ip address
ip arp
ip cloud
ip cloud advanced
ip dhcp-client
ip dhcp-relay
ip dhcp-server config
ip dhcp-server lease
ip dhcp-server matcher
ip dhcp-server network
ip dns
ip dns adlist
ip dns static
ip firewall address-list
ip firewall filter
ip firewall mangle
ip firewall nat
ip firewall raw
ip firewall service-port
ip hotspot ip-binding
ip hotspot service-port
ip hotspot user
ip hotspot walled-garden
ip hotspot walled-garden ip
ip ipsec identity
ip ipsec policy
ip ipsec settings
ip kid-control device
ip media
ip nat-pmp
ip proxy
ip proxy access
ip route
ip route rule
ip route vrf
ip vrf
ip service
ip smb
ip smb shares
ip socks
ip ssh
ip tftp
ip tftp settings
ip traffic-flow
ip traffic-flow target
ip upnp
ip upnp interfaces
ipv6 route
ipv6 address
ipv6 dhcp-client
ipv6 firewall address-list
ipv6 firewall filter
ipv6 firewall mangle
ipv6 firewall nat
ipv6 firewall raw
ipv6 nd
ipv6 nd prefix
ipv6 nd prefix default
mpls
mpls interface
mpls ldp
mpls ldp interface
ppp aaa
ppp secret
radius
radius incoming
routing bfd configuration
routing bfd interface
routing bgp connection
routing bgp network
routing bgp peer
routing filter
routing filter community-list
routing filter num-list
routing filter rule
routing filter select-rule
routing ospf interface
routing ospf interface-template
routing ospf network
routing rip interface
routing rip network
routing rule
routing settings
snmp
system clock
system clock manual
system health
system health settings
system identity
system leds
system leds settings
system logging
system note
system ntp client
system ntp client servers
system ntp server
system package update
system resource irq rps
system routerboard mode-button
system routerboard reset-button
system routerboard settings
system scheduler
system script
system upgrade mirror
system watchdog
tool bandwidth-server
tool e-mail
tool graphing
tool graphing interface
tool graphing queue
tool graphing resource
tool mac-server
tool mac-server mac-winbox
tool mac-server ping
tool netwatch
tool romon
tool romon port
tool sms
tool sniffer
tool traffic-generator
tool traffic-monitor
user aaa
user settings
user ssh-keys
"""

# The path of a menu, `/ip/address`, to its place.
MENU_ORDER = {
    "/" + line.replace(" ", "/"): place for place, line in enumerate(_IN_ORDER.split("\n")) if line
}


def place(path: str, version: Version) -> float:
    """Return a menu's rank in an export; menus that are not listed come last.

    From 7.23 on scripts come before the menus that may name them.
    """
    if path == "/system/script" and version.since("7.23"):
        return MENU_ORDER["/user/group"] - 0.5
    return MENU_ORDER.get(path, len(MENU_ORDER) + 1)
