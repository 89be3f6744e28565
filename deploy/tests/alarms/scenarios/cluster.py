"""Nodes and pods, as Container Insights measures them."""

from scene import CLUSTER, pod
from scenarios.registry import fires, lately, spares

NODES = {"high-cpu": ("node_cpu_utilization", 35), "high-memory": ("node_memory_utilization", 55)}


for alarm, (metric, usual) in NODES.items():

    @fires(alarm)
    def the_nodes_are_busy_for_a_quarter_of_an_hour(scene, metric=metric, usual=usual):
        scene.measure("ContainerInsights", metric, CLUSTER, lately(15, 81, usual))

    @spares(alarm)
    def the_nodes_are_just_as_busy_as_they_may_be(scene, metric=metric):
        scene.measure("ContainerInsights", metric, CLUSTER, 80)

    @spares(alarm)
    def the_nodes_are_very_busy_for_ten_minutes(scene, metric=metric, usual=usual):
        scene.measure("ContainerInsights", metric, CLUSTER, lately(10, 99, usual))


for deployment in ("backend", "frontend", "sqs-worker"):

    @fires("pod-memory")
    def one_deployment_needs_nearly_all_its_memory(scene, deployment=deployment):
        scene.measure("ContainerInsights", "pod_memory_utilization_over_pod_limit", pod(deployment), lately(15, 91, 40))


@spares("pod-memory")
def all_deployments_need_just_what_they_may(scene):
    for deployment in ("backend", "frontend", "sqs-worker"):
        scene.measure("ContainerInsights", "pod_memory_utilization_over_pod_limit", pod(deployment), 90)


@spares("pod-memory")
def a_big_import_needs_memory_for_ten_minutes(scene):
    scene.measure("ContainerInsights", "pod_memory_utilization_over_pod_limit", pod("backend"), lately(10, 99, 40))
