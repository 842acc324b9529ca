"""What a new run can be trained on: a device of this machine, or any machine of the cluster that is named."""

from urllib.parse import urlsplit

from cifar_core.hardware.devices import Device, list_devices
from cifar_core.scheduling.cluster_note import ClusterNote
from cifar_core.settings import Settings


def training_devices(settings: Settings) -> tuple[Device, ...]:
    """Return the devices to choose from; the first one is what “automatic” means.

    Of a cluster, one stands for all: it is Ray that chooses the GPU. Nobody is asked: what is known of the cluster
    is what the supervisor noted.
    """
    if settings.ray is None:
        return list_devices()
    location = f"Ray cluster at {urlsplit(settings.ray.address).netloc}"
    note = ClusterNote.read(settings.runs_dir)
    if note is None or note.address != settings.ray.address or not note.nodes:
        return (
            Device("gpu:0", "any GPU", location=location),
            Device("cpu", "any processor", location=location),
        )
    gpu = Device("gpu:0", note.hardware.get("gpu", "any GPU"), location=location)
    cpu = Device("cpu", note.hardware.get("cpu", "any processor"), location=location)
    return (gpu, cpu) if note.gpus else (cpu,)


def training_slots(settings: Settings, device: str = "auto") -> int:
    """Return how many runs for a device can be trained at a time, as far as is known: at least one.

    Parameters
    ----------
    settings : Settings
        Whether runs go to a cluster, and the runs folder in which its note lies.
    device : str
        As a configuration names it: ``"auto"``, ``"cpu"``, ``"gpu:0"`` …; on a cluster that is no one device.
    """
    if settings.ray is not None:
        note = ClusterNote.read(settings.runs_dir)
        return max(1, note.slots if note else 0)
    if device != "auto":
        return 1
    return max(1, sum(one.id != "cpu" for one in list_devices()))


def cluster_problem(settings: Settings) -> str | None:
    """Return the sentence why the cluster takes no runs at the moment, as the supervisor last noted it."""
    note = ClusterNote.read(settings.runs_dir) if settings.ray is not None else None
    return note.problem if note is not None else None
