"""People who work while a drill does something to the desk."""

import threading
import time


class Load:
    """Threads that call `place` again and again until they are stopped, and keep what it returns, or why it failed."""

    def __init__(self, place, threads=1, pause=0):
        self.place, self.pause, self.placed, self.failed = place, pause, [], []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def work(self):
        """What each thread does."""
        while not self.stopped.is_set():
            try:
                self.placed.append(self.place())
            except Exception as why:
                self.failed.append(f"{time.strftime('%H:%M:%S')} {why!r}"[:200])
            self.stopped.wait(self.pause)

    def stop(self):
        """Waits until no call is under way any more; returns the load."""
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        return self
