"""The tests' MariaDB server, by its own client programs."""

import subprocess


class MariaDb:
    """A server at a URL, whose administrator needs no password."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.port = self.url.rsplit(":", 1)[1]

    def client(self, program, *arguments, user=("--user=root",), **options):
        """Runs one of MariaDB's client programs to its end."""
        login = ["--host=127.0.0.1", f"--port={self.port}", *user]
        return subprocess.run([program, *login, *arguments], check=True, **options)

    def rows(self, database, sql):
        """The rows that a statement gives, each a tuple of texts."""
        printed = self.client("mariadb", "--batch", "--skip-column-names", database, "-e", sql, capture_output=True, text=True)
        return [tuple(line.split("\t")) for line in printed.stdout.splitlines()]

    def count(self, database, sql):
        """The number that a statement gives."""
        return int(self.rows(database, sql)[0][0])

    def run(self, database, file, **options):
        """Runs a file of statements."""
        with open(file, "rb") as sql:
            self.client("mariadb", database, stdin=sql, **options)

    def create(self, name):
        """Creates a database in utf8mb4 whose text is compared byte by byte."""
        self.rows("", f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
