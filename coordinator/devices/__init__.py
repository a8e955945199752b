"""Routers as devices: signs of life, facts, stats, backups, live commands, self-polling routers."""
