"""Renders, checks, and then proves that the checks can fail. Run by scripts/check-kubernetes."""

import sys
import time

import checks_capacity as capacity
import checks_network as network
import checks_pods as pods
import checks_rows as rows
import checks_schema as schema
import checks_selectors as selectors
import checks_settings as settings
from manifests import CLUSTER, RenderError
from mutations import MUTATIONS
from renderings import all_renderings, not_refused, render
from scripts_run import addons_are_pinned

CHECKS = [
    schema.valid, schema.in_the_namespace,
    selectors.selectors_find_pods, selectors.scalers_find_deployments, selectors.services_meet_ports,
    selectors.probes_meet_ports, selectors.settings_meet_ports,
    settings.names_exist, settings.operators_find_their_own, settings.given_is_read, settings.all_is_used,
    settings.secrets_are_secret,
    settings.changed_settings_roll_out, settings.database_is_checked,
    pods.restricted, pods.no_tokens, pods.images_are_pinned, pods.resources_are_limited, pods.ends_in_time,
    pods.balancer_fits_the_pods,
    network.flows_are_drawn, network.new_pods_are_denied,
    capacity.connections_fit, capacity.minima_fit,
    rows.rows, rows.rows_of_autoscaling, rows.rows_of_ingress, rows.rows_of_deployment,
]


def complaints(manifests):
    for check in CHECKS:
        for message in check(manifests):
            yield check.__name__, message


def unnoticed(renderings):
    """Mutations that their check lets through, and checks that no mutation is for."""
    checks = {check.__name__: check for check in CHECKS}
    for name in checks.keys() - {check for mutations in MUTATIONS.values() for check, _, _ in mutations}:
        yield f"{name}: no mutation shows that it can fail"
    for rendering, mutations in MUTATIONS.items():
        good = renderings[rendering]
        for name, what, mutate in mutations:
            broken = good.copy()
            mutate(broken)
            if broken.objects == good.objects:
                yield f"{name}: {what}: the mutation changes nothing"
            elif not list(checks[name](broken)):
                yield f"{name}: {what}: not noticed"


def main(only):
    start, wrong, count, objects = time.monotonic(), 0, 0, 0
    renderings = {}
    for name, make in all_renderings():
        if only not in name:
            continue
        try:
            renderings[name] = manifests = render(name, make)
        except RenderError as error:
            print(f"{name}: does not render: {error}")
            wrong += 1
            continue
        count, objects = count + 1, objects + len(manifests.objects)
        for check, message in complaints(manifests):
            print(f"{name}: {check}: {message}")
            wrong += 1
    proved = ""
    if not only:
        for message in [*not_refused(), *addons_are_pinned(), *unnoticed(renderings)]:
            print(message)
            wrong += 1
        proved = f", {sum(map(len, MUTATIONS.values()))} mistakes noticed, both scripts run"
    if wrong:
        print(f"check-kubernetes: {wrong} found in {count} renderings")
        return 1
    if not count:
        print(f"check-kubernetes: no rendering has {only!r} in its name")
        return 2
    print(f"check-kubernetes: {count} renderings, {objects} objects valid for Kubernetes {CLUSTER['kubernetes']}, "
          f"{len(CHECKS)} checks{proved} ({time.monotonic() - start:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
