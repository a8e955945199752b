"""/disk: drives, partitions, shares and network disks.

A simulated router has no drive beside the one it boots from, which is not listed.

Source: command trees; defaults from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import choice, computed, counters, flag, flags
from simulator.menus.table import Field, Menu
from simulator.menus.types import Address, Duration, Number, Reference, Text

__all__ = ["MENUS"]


_SIZE = Text()


MENUS = (
    Menu(
        "/disk",
        fields=(
            Field("slot", Text(), default=b""),
            Field("type", choice("file hardware partition smb sshfs tmpfs"), default=b"hardware"),
            Field("parent", Reference("/disk", also=(b"none",))),
            Field("partition-number", Number(1, 128)),
            Field("partition-offset", _SIZE),
            Field("partition-size", _SIZE),
            Field("tmpfs-max-size", _SIZE),
            Field("smb-address", Address(), since="7.14"),
            flag("smb-encryption", since="7.14"),
            Field("smb-password", Text(), sensitive=True, since="7.14"),
            Field("smb-share", Text(), since="7.14"),
            flag("smb-sharing", since="7.14"),
            Field("smb-user", Text(), since="7.14"),
            Field("media-interface", Reference("/interface", also=(b"none",)), since="7.15"),
            flag("media-sharing", since="7.15"),
            Field("file-offset", _SIZE, since="7.17"),
            Field("file-path", Text(), since="7.17"),
            Field("file-size", _SIZE, since="7.17"),
            flag("mount-filesystem", since="7.17"),
            Field("mount-point-template", Text(), unsettable=True, since="7.17"),
            flag("mount-read-only", since="7.17"),
            Field("sshfs-address", Text(), since="7.17"),
            Field("sshfs-password", Text(), sensitive=True, since="7.17"),
            Field("sshfs-path", Text(), since="7.17"),
            Field("sshfs-port", Number(0, 65535), since="7.17"),
            Field("sshfs-user", Text(), since="7.17"),
            flag("compress", since="7.18"),
            flag("swap", since="7.18"),
            flag("smb-server-encryption", since="7.21"),
            Field("smb-server-password", Text(), sensitive=True, since="7.21"),
            Field("smb-server-user", Text(), since="7.21"),
            *computed("available-spare", "available-spare-threshold", "block-device"),
            *computed("critical-temperature", "critical-warning", "fs", "fs-label"),
            *computed("fs-uuid", "fw-version", "interface", "iscsi-export", "model"),
            *computed("mount-point", "nfs-sharing", "nvme-tcp-export"),
            *computed("percentage-used", "power-cycles", "raid-member-failed"),
            *computed("read-ops-per-second", "read-rate", "self-encryption-enabled"),
            *computed("self-encryption-supported", "serial", "slot-default"),
            *computed("sshfs-local-user", "state", "temperature", "temperatures"),
            *computed("unsafe-shutdowns", "use", "warning-temperature"),
            *computed("write-ops-per-second", "write-rate"),
            *counters("discard-bytes", "discard-merges", "discard-ops", "flush-ops"),
            *counters("free", "free-inodes", "host-read-bytes", "host-read-cmds"),
            *counters("host-write-bytes", "host-write-cmds", "in-flight-ops"),
            *counters("interface-speed", "read-bytes", "read-merges", "read-ops"),
            *counters("sector-size", "size", "total-inodes", "write-bytes"),
            *counters("write-merges", "write-ops"),
            *computed("active-time", "controller-busy-time", type=Duration()),
            *computed("critical-temperature-time", "discard-time", "flush-time", type=Duration()),
            *computed("power-on-time", "read-time", "wait-time", type=Duration()),
            *computed("warning-temperature-time", "write-time", type=Duration()),
            *flags("acquired", "empty", "encrypted", "formatting"),
            *flags("guid-partition-table", "mounted", "partition", "raid-member"),
            *flags("self-encrypted-and-locked", "swap-enabled"),
            *flags("unrecovered-integrity-errors"),
        ),
        named_by="slot",
        flags=(("disabled", "X"),),
    ),
)
