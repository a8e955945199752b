"""Tells callers' own servers what becomes of their jobs.

Main path: `courier.Courier.run` takes what is due, `sender.Sender.send` makes one call.
"""
