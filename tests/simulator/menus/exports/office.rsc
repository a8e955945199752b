/interface bridge
add admin-mac=00:00:5E:00:53:01 auto-mac=no comment=defconf name=bridge
/interface ethernet
set [ find default-name=ether1 ] name=wan1
set [ find default-name=ether2 ] disable-running-check=no l2mtu=1598 speed=\
    1G-baseT-full
/interface pppoe-client
add add-default-route=yes interface=wan1 name=pppoe-out1 use-peer-dns=yes \
    user=someone@isp.example
/interface vlan
add interface=bridge name=guest vlan-id=20
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
/ip pool
add name=dhcp ranges=192.0.2.10-192.0.2.254
/ip dhcp-server
add address-pool=dhcp interface=bridge lease-time=10m name=defconf
/ppp profile
set *0 dns-server=192.0.2.1
add local-address=203.0.113.1 name=vpn remote-address=dhcp use-encryption=\
    required
/queue simple
add max-limit=10M/50M name=guests target=guest
/routing table
add fib name=isp2
/snmp community
set [ find default=yes ] addresses=203.0.113.0/24 name=monitoring
/interface bridge port
add bridge=bridge comment=defconf interface=ether2
add bridge=bridge comment=defconf interface=ether3
/ip neighbor discovery-settings
set discover-interface-list=LAN
/ip settings
set rp-filter=loose tcp-syncookies=yes
/interface bridge vlan
add bridge=bridge tagged=bridge,ether3 vlan-ids=20
/interface list member
add comment=defconf interface=bridge list=LAN
add comment=defconf interface=wan1 list=WAN
/ip address
add address=192.0.2.1/24 comment=defconf interface=bridge network=192.0.2.0
add address=198.51.100.1/24 interface=guest network=198.51.100.0
/ip cloud
set ddns-enabled=yes ddns-update-interval=10m
/ip dhcp-client
add comment=defconf interface=wan1
/ip dhcp-server lease
add address=192.0.2.20 client-id=1:0:0:5e:0:53:2 mac-address=\
    00:00:5E:00:53:02 server=defconf
/ip dhcp-server network
add address=192.0.2.0/24 comment=defconf dns-server=192.0.2.1 gateway=\
    192.0.2.1 netmask=24
/ip dns
set allow-remote-requests=yes servers=203.0.113.7,203.0.113.8
/ip dns static
add address=192.0.2.1 comment=defconf name=router.example.com type=A
add forward-to=203.0.113.53 regexp=".*\\.example\$" type=FWD
/ip firewall address-list
add address=203.0.113.0/24 list=private
add address=cloud.example.com list=cloud
/ip firewall filter
add action=accept chain=input comment=\
    "defconf: accept established,related,untracked" connection-state=\
    established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=\
    invalid
add action=accept chain=input comment="defconf: accept ICMP" protocol=icmp
add action=accept chain=input dst-address=127.0.0.1
add action=drop chain=input comment="defconf: drop all not coming from LAN" \
    in-interface-list=!LAN
add action=accept chain=forward ipsec-policy=in,ipsec
add action=fasttrack-connection chain=forward connection-state=\
    established,related
add action=drop chain=forward connection-nat-state=!dstnat connection-state=\
    new in-interface-list=WAN
add action=add-src-to-address-list address-list=bad address-list-timeout=1d \
    chain=input dst-port=22,23 protocol=tcp psd=21,3s,3,1
add action=jump chain=input jump-target=tcp-in limit=50,5:packet protocol=tcp \
    tcp-flags=syn,!ack
/ip firewall mangle
add action=mark-routing chain=prerouting dst-address-type=!local \
    new-routing-mark=isp2 passthrough=no src-address=192.0.2.128/25
add action=change-mss chain=forward new-mss=clamp-to-pmtu out-interface=\
    pppoe-out1 passthrough=yes protocol=tcp tcp-flags=syn
add action=mark-connection chain=prerouting new-connection-mark=c1 \
    passthrough=yes per-connection-classifier=both-addresses:2/0
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" \
    ipsec-policy=out,none out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=8080 in-interface=wan1 protocol=tcp \
    to-addresses=192.0.2.20 to-ports=80
add action=redirect chain=dstnat dst-port=53 protocol=udp
/ip firewall raw
add action=drop chain=prerouting src-address-list=bad
/ip firewall service-port
set ftp disabled=yes
/ip route
add check-gateway=ping distance=2 gateway=198.51.100.254 routing-table=isp2
add blackhole dst-address=203.0.113.0/24
add gateway=pppoe-out1
/ip service
set telnet disabled=yes
set ftp disabled=yes
set www address=192.0.2.0/24,203.0.113.0/24
set api-ssl disabled=yes
/ip ssh
set strong-crypto=yes
/ipv6 address
add address=::1/64 from-pool=isp interface=bridge
add address=2001:db8::1/64 advertise=no interface=bridge
/ipv6 firewall address-list
add address=::/128 comment="defconf: unspecified address" list=bad_ipv6
/ipv6 firewall filter
add action=accept chain=input dst-port=33434-33534 protocol=udp
add action=drop chain=forward hop-limit=equal:1 protocol=icmpv6
/ppp secret
add name=u1 profile=vpn service=l2tp
/snmp
set contact=me enabled=yes trap-generators=interfaces trap-version=2
/system clock
set time-zone-name=Europe/Riga
/system identity
set name=R1
/system logging
add topics=firewall
/system note
set show-at-login=no
/system ntp client
set enabled=yes
/system ntp client servers
add address=ntp.example.com
/system scheduler
add interval=1d name=backup on-event="/system backup save name=x" policy=\
    read,write start-date=2026-01-15 start-time=03:00:00
/tool e-mail
set from=a@example.com server=smtp.example.com user=a
/tool mac-server
set allowed-interface-list=LAN
/tool mac-server mac-winbox
set allowed-interface-list=LAN
/tool netwatch
add down-script="log info down" host=203.0.113.7 type=icmp
/tool romon
set enabled=yes
