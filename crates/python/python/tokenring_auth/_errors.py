"""The exceptions of the package."""

from __future__ import annotations

from typing import Optional


class Error(Exception):
    """Why there is no client, no token or no answer. Its text holds no secret."""

    #: What to do about it, if that is known.
    hint: Optional[str]
    #: The exit code of the command `tokenring` for this error.
    exit_code: int
    #: After how many seconds another try may succeed, if one may.
    retry_after: Optional[float]

    def __init__(
        self,
        text: str,
        hint: Optional[str] = None,
        exit_code: int = 1,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(text)
        self.hint = hint
        self.exit_code = exit_code
        self.retry_after = retry_after
        # A traceback shows it below the text (Python 3.11).
        if hint is not None and hasattr(self, "add_note"):
            self.add_note(f"hint: {hint}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.hint, self.exit_code, self.retry_after)


class UsageError(Error, ValueError):
    """A value is missing or cannot be used."""


class KeywordError(UsageError, TypeError):
    """There is no such keyword."""


class ConfigurationError(Error):
    """The key or a gateway file cannot be used."""


class SigningError(Error):
    """Signing failed."""


class UnreachableError(Error):
    """The token endpoint or the API did not answer."""


class RejectedError(Error):
    """The gateway rejected the token request."""


class CheckError(Error):
    """The assertion breaks a rule of the gateway, and was not sent."""


_BY_EXIT_CODE = {
    2: UsageError,
    3: ConfigurationError,
    4: SigningError,
    5: UnreachableError,
    6: RejectedError,
    9: CheckError,
}


def from_exit_code(
    exit_code: int, text: str, hint: Optional[str], retry_after: Optional[float]
) -> Error:
    """The exception for an error of the extension module."""
    made = _BY_EXIT_CODE.get(exit_code, Error)
    return made(text, hint, exit_code, retry_after)


def unknown_keyword(text: str, hint: str) -> KeywordError:
    """The exception for a keyword that there is not."""
    return KeywordError(text, hint, 2)
