"""From what the identity provider says of somebody to a user of ours, or a sentence why not; pure."""

from collections.abc import Mapping
from typing import Any

from cifar_core.accounts.class_settings import ClassSettings
from cifar_core.accounts.email_address import normal_address
from cifar_core.accounts.user import User
from cifar_core.errors import AccessError
from cifar_core.names import visible


def admit(claims: Mapping[str, Any], settings: ClassSettings) -> User:
    """Decide who somebody is.

    Parameters
    ----------
    claims : mapping
        What the identity token says: ``email``, ``email_verified``, ``name`` …
    settings : ClassSettings
        Who instructs, and which domains may log in.

    Raises
    ------
    AccessError
        There is no usable address, it is not verified, or its domain may not log in.
    """
    given = claims.get("email")
    try:
        address = normal_address(given if isinstance(given, str) else "")
    except ValueError:
        raise AccessError(
            "Your login came without a usable e-mail address, by which CIFAR Lab tells people apart. "
            "Ask your instructor: the login service must send the claim “email”."
        ) from None
    verified = claims.get("email_verified", True)
    if verified is not True and str(verified).lower() != "true":
        raise AccessError(
            f"The login service says that the address {address} has not been verified. "
            "Verify it there (usually by a link in an e-mail), then log in again."
        )
    domain = address.rpartition("@")[2]
    instructs = address in settings.instructors
    if settings.allowed_domains and not instructs and domain not in settings.allowed_domains:
        raise AccessError(
            f"{address} may not log in here: only addresses of {', '.join(settings.allowed_domains)} may. "
            "Log in with another account, or ask your instructor."
        )
    claimed = claims.get("name")
    name = visible(claimed, 80) if isinstance(claimed, str) else ""
    return User(address, name or address, "instructor" if instructs else "student")
