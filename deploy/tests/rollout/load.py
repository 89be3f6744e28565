"""People who work meanwhile: orders through the public address, one after the other."""

import threading
import time
import urllib.error

from desk import Desk


class Load:
    def __init__(self, url, email, password, threads=2):
        self.url, self.placed, self.failed, self.stopped = url, [], [], threading.Event()
        self.desk = Desk(url)
        self.desk.sign_in(email, password)
        self.contact = self.desk.call("POST", "/contacts", {"name": "Épicerie Dupré"})["id"]
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def work(self):
        line = {"description": "Comté 18 mois", "quantity": "2.5", "unit_price": 1290, "vat_rate": "5.5"}
        while not self.stopped.is_set():
            try:
                order = self.desk.call("POST", "/orders", {"contact_id": self.contact, "currency": "EUR", "lines": [line]})
                self.placed.append((order["id"], order["total"]))
            except (AssertionError, OSError, urllib.error.URLError, ValueError) as why:
                self.failed.append(f"{time.strftime('%H:%M:%S')} {why}"[:200])
            time.sleep(0.05)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)
        return self
