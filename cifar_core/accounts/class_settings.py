"""How a class is set up: who instructs, who may log in, how much each may use."""

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cifar_core.accounts.email_address import normal_address
from cifar_core.accounts.limits import Limits
from cifar_core.errors import ConfigError
from cifar_core.validation import explain_validation

_VARIABLES = {
    "instructors": "CIFAR_LAB_INSTRUCTORS",
    "allowed_domains": "CIFAR_LAB_DOMAINS",
    "max_runs_per_student": "CIFAR_LAB_MAX_RUNS",
    "quota_gb": "CIFAR_LAB_QUOTA_GB",
    "total_gb": "CIFAR_LAB_TOTAL_GB",
    "hours_per_run": "CIFAR_LAB_HOURS_PER_RUN",
    "login_hours": "CIFAR_LAB_LOGIN_HOURS",
}


def _normal_domain(domain: str) -> str:
    domain = domain.strip().removeprefix("@").lower()
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
        raise ValueError("is no domain such as school.example")
    return domain


def _words(value: object) -> object:
    """Split what an environment variable holds: ``a@b.org, c@d.org``."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


class ClassSettings(BaseModel):
    """The section ``[cifar_lab]`` of ``.streamlit/secrets.toml``.

    Attributes
    ----------
    instructors : tuple of str
        E-mail addresses, in small letters.
    allowed_domains : tuple of str
        Only addresses of these domains may log in, and instructors; empty lets in whoever the provider knows.
    max_runs_per_student : int
        Runs that one student may have queued and running at a time.
    quota_gb : float
        Disk space for the runs of one student, in gigabytes (10⁹ bytes).
    total_gb : float or None
        Disk space for all runs together.
    hours_per_run : float
        How long one run of a student may be trained, all its attempts together.
    login_hours : float
        How long a login lasts in one browser.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    instructors: Annotated[
        tuple[Annotated[str, AfterValidator(normal_address)], ...], BeforeValidator(_words)
    ] = ()
    allowed_domains: Annotated[
        tuple[Annotated[str, AfterValidator(_normal_domain)], ...], BeforeValidator(_words)
    ] = ()
    max_runs_per_student: int = Field(10, ge=0, le=10_000)
    quota_gb: float = Field(5.0, ge=0)
    total_gb: float | None = Field(None, ge=0)
    hours_per_run: float = Field(4.0, gt=0, le=10_000)
    login_hours: float = Field(12.0, gt=0, le=720)  # Streamlit's cookie itself ends after 30 days

    @classmethod
    def from_sources(
        cls, section: Mapping[str, Any] | None, environment: Mapping[str, str] | None = None
    ) -> "ClassSettings":
        """Read the section and, above it, ``CIFAR_LAB_INSTRUCTORS``, ``…_DOMAINS``, ``…_MAX_RUNS``, ``…_QUOTA_GB``.

        Parameters
        ----------
        section : mapping or None
            What stands in ``[cifar_lab]``.
        environment : mapping, optional
            The process's own if not given; what it names wins over the section.

        Raises
        ------
        ConfigError
            Names each field that is wrong, its value and what is allowed.
        """
        environment = os.environ if environment is None else environment
        values = dict(section or {})
        values |= {field: environment[name] for field, name in _VARIABLES.items() if environment.get(name)}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(explain_validation(error, "The settings of the class ([cifar_lab])")) from None

    @property
    def limits(self) -> Limits:
        """What one student, and all runs together, may use."""
        return Limits(
            runs_per_student=self.max_runs_per_student,
            bytes_per_student=round(self.quota_gb * 1e9),
            bytes_in_all=None if self.total_gb is None else round(self.total_gb * 1e9),
            hours_per_run=self.hours_per_run,
        )
