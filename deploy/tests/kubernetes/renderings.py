"""Every overlay, every component alone, and the combinations that make sense."""

from manifests import KUBERNETES, Manifests, RenderError, kustomize, with_components

AWS = ["mysql", "sqs", "external-secrets", "autoscaling", "ingress-alb", "network-policy", "pod-disruption"]
COMBINATIONS = [
    ["mysql", "sqs"],
    ["sqs", "queue-autoscaling"],
    ["sqs", "autoscaling", "queue-autoscaling"],
    ["autoscaling", "pod-disruption"],
    ["mysql", "network-policy", "ingress-nginx"],
    ["mysql", "autoscaling", "network-policy", "ingress-nginx", "pod-disruption"],
    [*AWS, "queue-autoscaling"],
]
# Given by an overlay's site.env; alone it has nothing to write.
NEEDS_AN_OVERLAY = {"site"}
# Both bring an Ingress of the same name: one way in.
REFUSED = [["ingress-alb", "ingress-nginx"], ["ingress-nginx", "ingress-alb"]]


def folders(kind):
    return sorted(folder.name for folder in (KUBERNETES / kind).iterdir() if folder.is_dir())


def all_renderings():
    """Name → how to render it."""
    yield "base", lambda: kustomize(KUBERNETES / "base")
    for name in folders("overlays"):
        yield f"overlay {name}", lambda name=name: kustomize(KUBERNETES / "overlays" / name)
    for name in folders("components"):
        if name not in NEEDS_AN_OVERLAY:
            yield f"component {name}", lambda name=name: with_components([name])
    for names in COMBINATIONS:
        yield " + ".join(names), lambda names=names: with_components(names)


def render(name, make):
    return Manifests(name, make())


def not_refused():
    """Combinations that should not be possible and are."""
    for names in REFUSED:
        try:
            with_components(names)
            yield f"{' + '.join(names)} renders: there must be one way in"
        except RenderError as error:
            if "Ingress" not in str(error):
                yield f"{' + '.join(names)} is refused for another reason: {error}"
