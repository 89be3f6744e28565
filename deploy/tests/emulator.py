"""ministack, an emulator of AWS, as a drill runs it for itself."""

import os
import sys

from loopback import free_port
from process import Process


class Emulator(Process):
    """A ministack with some services, not yet ready, which keeps its files and its log in a folder."""

    def __init__(self, folder, services, **settings):
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        settings |= {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "SERVICES": services, "TMPDIR": str(folder)}
        command = [sys.executable, "-m", "ministack"]
        super().__init__("ministack", command, os.environ | settings, self.endpoint, "/_ministack/health", folder / "ministack.log")
