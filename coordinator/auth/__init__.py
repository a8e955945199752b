"""Who makes a request, and what that allows: JWTs of our own or of an identity provider, API keys.

The algorithm is fixed by the key and never read from the token, so `alg=none` or a key
confused for another kind is refused like any other forgery.
"""

from __future__ import annotations

from coordinator.auth.gate import Gate, bearer
from coordinator.auth.jwks import KeySet
from coordinator.auth.principal import Principal, Scope
from coordinator.auth.tokens import ForeignTokens, TokenAuthority

__all__ = ["ForeignTokens", "Gate", "KeySet", "Principal", "Scope", "TokenAuthority", "bearer"]
