"""Terraform for the checks: the machine's program, with the stand-in for hashicorp/aws (deploy/tests/terraform-offline) or with the
real provider from Terraform's registry."""

import os
import shutil

from tools import ROOT, install_or_skip, not_checked

STAND_IN = ROOT / "deploy" / "tests" / "terraform-offline" / "provider.py"
# Terraform looks for a plugin by this name, in a folder.
PLUGIN = ROOT / ".tools" / "terraform" / "plugin" / "terraform-provider-aws"
SETTINGS = PLUGIN.parent / "terraformrc"


def write(file, text):
    """Only where it says something else: another check may be reading it."""
    if not file.exists() or file.read_text() != text:
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        part.chmod(0o755)
        part.replace(file)


def stand_in():
    """Variables by which Terraform finds the stand-in; no `init` is needed then. Ends the check where Python's packages cannot be had."""
    python = install_or_skip("terraform") / "python"
    PLUGIN.parent.mkdir(parents=True, exist_ok=True)
    write(PLUGIN, f'#!/bin/sh\nexec "{python}" -B "{STAND_IN}" "$@"\n')
    write(SETTINGS, f'provider_installation {{\n  dev_overrides {{ "hashicorp/aws" = "{PLUGIN.parent}" }}\n  direct {{}}\n}}\n')
    return {"TF_CLI_CONFIG_FILE": str(SETTINGS), "AWS_REGION": "us-east-1"}


def registry():
    """Variables by which the real provider is downloaded once, not for every module: it has hundreds of megabytes. Terraform's cache
    bears only one user at a time, and without a lock file wants to be told that it may be used."""
    cache = ROOT / ".tools" / "cache" / "terraform-plugins"
    cache.mkdir(parents=True, exist_ok=True)
    return {"TF_PLUGIN_CACHE_DIR": str(cache), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}


def environment(*, real=False):
    """What Terraform is run with. Ends the check where there is no Terraform."""
    if not shutil.which("terraform"):
        not_checked("no terraform on this machine (https://developer.hashicorp.com/terraform/install)")
    # Terraform asks its maker for newer versions unless it is told not to.
    return {**os.environ, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", **(registry() if real else stand_in())}
