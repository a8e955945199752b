"""A RouterOS stand-in that clients, scripts and the agent take for a router.

Where to start reading: `router.Router` is one router. Bytes come in through
`server` → `session` (the API), `rest` (HTTP) or `script` (the console's
language); all three end in `console.Console.execute`, the one command core,
which reads the declarative tables in `menus`.
"""
