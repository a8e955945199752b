"""The usual commands, one module a group: `read`, `edit`, `follow`."""
