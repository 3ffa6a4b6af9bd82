"""Access tokens from API gateways with signed JWTs (RFC 7523)."""

import os as _os

from ._async import AsyncClient
from ._auth import Auth
from ._errors import (
    CheckError,
    ConfigurationError,
    Error,
    RejectedError,
    SigningError,
    UnreachableError,
    UsageError,
)
from ._native import (
    AccessToken,
    Client,
    Response,
    __version__,
    forget_parent_process,
    gateway_names,
)

__all__ = [
    "AccessToken",
    "AsyncClient",
    "Auth",
    "CheckError",
    "Client",
    "ConfigurationError",
    "Error",
    "RejectedError",
    "Response",
    "SigningError",
    "UnreachableError",
    "UsageError",
    "__version__",
    "gateway_names",
]

# A forked child must not wait for a lock that a thread of its parent held.
if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(after_in_child=forget_parent_process)
