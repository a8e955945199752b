/interface bridge
add name=br-wan protocol-mode=none vlan-filtering=yes
/interface ethernet
set [ find default-name=ether3 ] comment="to the \"core\"; a=b" disabled=yes
/interface wireguard
add listen-port=51820 mtu=1420 name=wg1
/interface eoip
add mac-address=02:00:5E:10:00:01 name=eoip1 remote-address=192.0.2.9 \
    tunnel-id=7
/interface vlan
add interface=br-wan name=mgmt vlan-id=99
/interface vrrp
add interface=mgmt name=vrrp1 vrid=7
/interface bonding
add mode=802.3ad name=bond1 slaves=ether4,ether5 transmit-hash-policy=\
    layer-2-and-3
/interface list
add exclude=dynamic include=static name=ALL
/ip dhcp-client option
add code=60 name=vendor value="'example'"
/ip dhcp-server option
add code=43 name=unifi value=0x0104C0000201
/ip dhcp-server option sets
add name=set1 options=unifi
/ip firewall layer7-protocol
add name=video regexp="^.+(video|stream).*\$"
/ip ipsec profile
add dh-group=modp2048 enc-algorithm=aes-256 name=site
/ip ipsec peer
add address=192.0.2.99/32 exchange-mode=ike2 name=site profile=site
/ip pool
add name=p2 ranges=192.0.2.128/26
add name=p1 next-pool=p2 ranges=192.0.2.10-192.0.2.20,192.0.2.30
/ip dhcp-server
add address-pool=p1 dhcp-option-set=set1 interface=mgmt lease-script=\
    ":log info \$leaseActIP" lease-time=1d name=lan
/queue type
add kind=pcq name=pcq-guest pcq-classifier=src-address pcq-limit=50KiB \
    pcq-rate=5M
/queue simple
add limit-at=1M/1M max-limit=10M/10M name=q1 packet-marks=m1 priority=1/1 \
    queue=pcq-guest/pcq-guest target=192.0.2.0/24
/routing bgp template
set default as=65000 router-id=192.0.2.1
/routing id
add id=192.0.2.1 name=main-id
/system logging action
add name=remote1 remote=192.0.2.200 target=remote
/user group
add name=ops policy="local,ssh,read,test,!telnet,!ftp,!reboot,!write,!policy,!\
    winbox,!password,!web,!sniff,!sensitive,!api,!romon,!rest-api"
/interface bridge port
add bridge=br-wan interface=bond1 pvid=10
add bridge=br-wan frame-types=admit-only-untagged-and-priority-tagged hw=no \
    interface=ether2 pvid=20
/interface bridge vlan
add bridge=br-wan tagged=br-wan,bond1 vlan-ids=10,20,99
/interface wireguard peers
add allowed-address=192.0.2.64/26,2001:db8::/64 endpoint-address=\
    vpn.example.com endpoint-port=51820 interface=wg1 name=peer1 \
    persistent-keepalive=25s public-key=\
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
/ip address
add address=192.0.2.1/25 interface=mgmt network=192.0.2.0
add address=198.51.100.2/30 interface=eoip1 network=198.51.100.0
add address=203.0.113.1 disabled=yes interface=lo network=203.0.113.1
/ip arp
add address=192.0.2.50 interface=mgmt mac-address=02:00:5E:10:00:50
/ip dhcp-server network
add address=192.0.2.0/25 boot-file-name=pxe.0 dhcp-option=unifi dns-server=\
    192.0.2.1,192.0.2.2 domain=example.com gateway=192.0.2.1 next-server=\
    192.0.2.3 ntp-server=192.0.2.4
/ip dns static
add cname=a.example.com name=b.example.com type=CNAME
add address=2001:db8::1 name=six.example.com type=AAAA
add name=example.net text="v=spf1 -all" type=TXT
/ip firewall filter
add action=tarpit chain=input connection-limit=3,32 protocol=tcp
add action=drop chain=forward content=secret src-mac-address=\
    02:00:5E:10:00:50 time=8h-17h,mon,tue
add action=log chain=forward layer7-protocol=video log-prefix="video: "
add action=accept chain=forward disabled=yes dst-limit=10,5,dst-address/1m \
    icmp-options=8:0 protocol=icmp
add action=reject chain=forward protocol=tcp reject-with=tcp-reset
/ip ipsec identity
add peer=site
/ip route
add distance=10 dst-address=198.51.100.128/25 gateway=192.0.2.2%mgmt
add dst-address=203.0.113.0/24 gateway=wg1
/radius
add address=192.0.2.77 service=login,ppp
/routing bgp connection
add as=65000 local.role=ebgp name=up output.network=bgp-out remote.address=\
    198.51.100.1/32 .as=65001 templates=default
/routing rule
add action=lookup-only-in-table src-address=192.0.2.0/24
/snmp
set enabled=yes trap-target=192.0.2.88
/system ntp server
set enabled=yes
/tool netwatch
add host=192.0.2.1 interval=30s name=gw timeout=500ms type=icmp up-script=\
    "/log info \"up\"\r\
    \n:beep"
/user aaa
set use-radius=yes
