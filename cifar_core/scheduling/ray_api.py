"""What the queue needs of a Ray cluster, over the HTTP interface of its head node: jobs and nodes.

Ray's own Python client is not used: it would have to be installed here in a version that suits the cluster, lets the
variable ``RAY_ADDRESS`` win over what it is told, and waits without limit for a head node that does not answer.

References
----------
Ray Jobs REST API: https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from cifar_core.errors import ClusterError
from cifar_core.http_client import open_client, read_at_most, reason_of

ASK_SECONDS = 3.0
SUBMIT_SECONDS = 10.0
"""Ray answers a submission only when it has started a process of its own for it."""
_MOST_BYTES, _MOST_ERROR_BYTES = 100_000_000, 100_000
"""Of an answer: ten thousand nodes take a fifth of it. What is more comes from something else than Ray."""


class RayJobInfo(BaseModel):
    """What Ray says of one job.

    Attributes
    ----------
    status : str
        ``"PENDING"``, ``"RUNNING"``, ``"SUCCEEDED"``, ``"FAILED"`` or ``"STOPPED"``.
    message, error_type : str or None
        Why it failed, in words and as one of Ray's constants.
    driver_exit_code : int or None
        How its process ended, negative for a signal; ``None`` where nobody saw it end.
    metadata : dict
        What was handed over with it.
    """

    model_config = ConfigDict(frozen=True)

    status: str
    message: str | None = None
    error_type: str | None = None
    driver_exit_code: int | None = None
    metadata: dict[str, str] | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended in one way or another."""
        return self.status not in ("PENDING", "RUNNING")


class RayNode(BaseModel):
    """One living machine of the cluster and all that it has, free or not."""

    model_config = ConfigDict(frozen=True)

    node_ip: str
    is_head_node: bool = False
    resources_total: dict[str, float] = Field(default_factory=dict)

    @property
    def cpus(self) -> int:
        """CPUs that Ray gives away on it."""
        return int(self.resources_total.get("CPU", 0))

    @property
    def gpus(self) -> int:
        """GPUs that Ray gives away on it."""
        return int(self.resources_total.get("GPU", 0))


class RayApi:
    """Asks the head node of a cluster.

    Parameters
    ----------
    address : str
        Of its dashboard: ``"http://head:8265"``.

    Notes
    -----
    The token is looked for where Ray looks for it: ``RAY_AUTH_TOKEN``, the file that ``RAY_AUTH_TOKEN_PATH`` names,
    ``~/.ray/auth_token``. Every method raises :exc:`~cifar_core.errors.ClusterError`, with a sentence, where the head
    node does not answer in time, refuses the token, or says something that cannot be understood.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def job(self, submission_id: str) -> RayJobInfo | None:
        """Return one job; ``None`` where Ray does not know it."""
        answer = self._ask("GET", f"/api/jobs/{submission_id}", missing_ok=True)
        return None if answer is None else self._read(TypeAdapter(RayJobInfo), answer)

    def submit(
        self,
        submission_id: str,
        command: str,
        *,
        gpus: int = 0,
        cpus: int = 0,
        environment: Mapping[str, str],
        metadata: Mapping[str, str],
    ) -> None:
        """Hand over a shell command; one that Ray has already under this id is not started again.

        Parameters
        ----------
        submission_id : str
            Under which Ray knows the job; see :func:`cifar_core.scheduling.ray_jobs.submission_id`.
        command : str
            For the shell of the node that Ray chooses.
        gpus, cpus : int
            Whole ones that Ray sets aside for it; 0 sets none aside.
        environment : mapping of str to str
            Variables that it finds in its environment.
        metadata : mapping of str to str
            What is told of the job with :meth:`job`.

        Raises
        ------
        ClusterError
            The head node refused it, or does not answer.
        """
        body = {
            "submission_id": submission_id,
            "entrypoint": command,
            "entrypoint_num_gpus": gpus,
            "entrypoint_num_cpus": cpus,
            "runtime_env": {"env_vars": dict(environment)},
            "metadata": dict(metadata),
        }
        try:
            self._ask("POST", "/api/jobs/", body, seconds=SUBMIT_SECONDS)
        except ClusterError:
            # Refused because it is there, or the answer was too slow: what counts is what Ray has.
            if self.job(submission_id) is None:
                raise

    def stop(self, submission_id: str) -> None:
        """Ask for the end of a job; one that Ray does not know has ended."""
        self._ask("POST", f"/api/jobs/{submission_id}/stop", missing_ok=True)

    def nodes(self) -> tuple[RayNode, ...]:
        """Return the machines that are alive now."""
        query = {
            "detail": "1", "limit": "10000", "filter_keys": "state", "filter_predicates": "=",
            "filter_values": "ALIVE",
        }  # fmt: skip
        answer = self._ask("GET", "/api/v0/nodes", query=query)
        nodes = self._read(TypeAdapter(list[RayNode]), _inside(answer, ("data", "result", "result")))
        return tuple(nodes)

    def used(self) -> dict[str, float] | None:
        """Return how much of each resource is in use, at most some seconds old; ``None`` where Ray does not tell."""
        answer = self._ask("GET", "/api/cluster_status")
        usage = _inside(answer, ("data", "clusterStatus", "loadMetricsReport", "usage"))
        try:
            pairs = TypeAdapter(dict[str, tuple[float, float]]).validate_python(usage)
        except ValidationError:
            return None
        return {name: used for name, (used, _) in pairs.items()}

    def _read(self, form: TypeAdapter[Any], answer: Any) -> Any:
        try:
            return form.validate_python(answer)
        except ValidationError:
            raise ClusterError(
                f"What answers at {self.address} is not a Ray dashboard, or one of a version that is not known here."
            ) from None

    def _ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        seconds: float = ASK_SECONDS,
        missing_ok: bool = False,
    ) -> Any:
        import httpx

        token = find_token()
        headers = httpx.Headers({"Authorization": f"Bearer {token}"} if token else {}, encoding="utf-8")
        try:
            with (
                open_client(self.address, seconds=seconds) as client,
                client.stream(
                    method, self.address + path, params=query, json=body, headers=headers
                ) as response,
            ):
                content = read_at_most(response, _MOST_BYTES if response.is_success else _MOST_ERROR_BYTES)
        except (httpx.RequestError, httpx.InvalidURL) as problem:
            raise ClusterError(
                f"The Ray cluster at {self.address} does not answer ({reason_of(problem)}). Runs wait until it does: "
                "see whether its head node is up, and whether the address is right."
            ) from None
        if response.status_code == 404 and missing_ok:
            return None
        if not response.is_success:
            raise ClusterError(self._explain(response.status_code, content, token))
        try:
            return json.loads(content)
        except ValueError:
            return self._read(TypeAdapter(dict[str, Any]), None)

    def _explain(self, code: int, answer: bytes, token: str | None) -> str:
        if code in (401, 403):
            which = (
                "does not accept the token given here"
                if token
                else "asks for a token, and there is none here"
            )
            return (
                f"The Ray cluster at {self.address} {which}. Put the cluster's token into ~/.ray/auth_token, or name "
                "its file in RAY_AUTH_TOKEN_PATH."
            )
        lines = [line for line in answer.decode(errors="replace").splitlines() if len(line) > 2]
        return f"The Ray cluster at {self.address} answers with error {code}: {(lines or ['no words'])[-1][:300]}"


def find_token() -> str | None:
    """Return the token with which Ray lets us in, from where Ray keeps it."""
    if token := os.environ.get("RAY_AUTH_TOKEN", "").strip():
        return token
    path = os.environ.get("RAY_AUTH_TOKEN_PATH") or "~/.ray/auth_token"
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip() or None
    except (OSError, RuntimeError, UnicodeDecodeError):
        return None


def _inside(answer: Any, names: Sequence[str]) -> Any:
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer
