"""The keywords of a client, for type checkers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Callable, Literal, TypedDict, Union

Path = Union[str, "os.PathLike[str]"]
Seconds = Union[int, float, timedelta]


class Options(TypedDict, total=False):
    """What Client and AsyncClient take besides the gateway. None counts as not given."""

    algorithm: str | None
    assertion_issuer: str | None
    audience: str | None
    ca_cert: Path | Sequence[Path] | None
    ca_store: Literal["bundled", "system", "both"] | None
    cache_dir: Path | None
    certificate: Path | None
    claim: Mapping[str, Any] | None
    client_id: str | None
    clock_skew: Literal["report", "auto"] | None
    dpop: Literal["off", "optional", "required"] | None
    dpop_key: str | None
    environment: str | None
    flow: str | None
    force_refresh: bool | None
    header: Mapping[str, str] | None
    issuer: str | None
    key: Path | bytes | Callable[[bytes], bytes] | None
    key_id: str | None
    key_id_scheme: str | None
    lifetime: Seconds | None
    lint: bool | None
    min_ttl: Seconds | None
    no_store: bool | None
    on_event: Callable[[Literal["detail", "notice", "warning"], str], object] | None
    parameter: Mapping[str, str] | None
    passphrase: str | None
    proxy: str | Literal[False] | None
    public_key: Path | bytes | None
    purpose: Literal["get-token", "call-api"] | None
    retry: int | None
    scope: str | Sequence[str] | None
    secret_client_id: bool | None
    send_client_id: bool | None
    signer_command: str | None
    signer_timeout: Seconds | None
    subject: str | None
    timeout: Seconds | None
    token_url: str | None
    typ: str | None
    variable: Mapping[str, str] | None
