"""``python -m cifar_core runs cluster``: what the Ray cluster has that trains the runs."""

import argparse

from cifar_core.commands.output import Actions, add_action, print_json, print_table
from cifar_core.errors import ConfigError
from cifar_core.scheduling.cluster_note import ClusterNote
from cifar_core.scheduling.ray_api import RayApi
from cifar_core.scheduling.ray_cluster import RayCluster
from cifar_core.settings import Settings
from cifar_core.words.counts import counted


def add_cluster_action(actions: "Actions[argparse.ArgumentParser]") -> None:
    """Add the action to ``runs``."""
    add_action(
        actions, "cluster", _show_cluster, "the Ray cluster that CIFAR_LAB_RAY names, and what is free"
    )


def _show_cluster(args: argparse.Namespace, settings: Settings) -> int:
    if settings.ray is None:
        raise ConfigError(
            "Runs are trained on this machine. Name a Ray cluster with CIFAR_LAB_RAY=http://HEAD:8265."
        )
    api = RayApi(settings.ray.address)
    ray = RayCluster(api, settings.runs_dir, settings.ray.cpus, report=lambda line: None)
    ray.nodes = api.nodes()
    used = api.used() or {}
    gpus_used, cpus_used = used.get("GPU", 0.0 if used else None), used.get("CPU")
    kind = "gpu" if ray.gpus else "cpu"
    note = ClusterNote.read(settings.runs_dir)
    summary = {
        "address": settings.ray.address,
        "gpus": ray.gpus,
        "gpus_used": gpus_used,
        "cpus": sum(node.cpus for node in ray.nodes),
        "cpus_used": cpus_used,
        "cpus_per_run": None if ray.gpus else ray.cpus_per_run,
        "places": ray.slots(kind),
        "problem": note.problem if note else None,
        "nodes": [
            {"address": node.node_ip, "head": node.is_head_node, "gpus": node.gpus, "cpus": node.cpus}
            for node in ray.nodes
        ],
    }
    if args.json:
        print_json(summary)
        return 0
    each = "a GPU" if ray.gpus else counted(ray.cpus_per_run, "CPU")
    print(f"{settings.ray.address} trains {counted(ray.slots(kind), 'run')} at a time, each on {each}.")
    rows = [
        (node.node_ip + (" (head)" if node.is_head_node else ""), str(node.gpus), str(node.cpus))
        for node in ray.nodes
    ]
    in_use = [("in use", _amount(gpus_used), _amount(cpus_used))]
    print_table([("node", "GPUs", "CPUs"), *rows, *in_use])
    if note and note.problem:
        print(note.problem)
    return 0


def _amount(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
