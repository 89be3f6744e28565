"""A mail server for a test: takes mails, reads them with Python's own parser, and writes what it has read.

    smtp_server.py FOLDER PORT [CERTIFICATE KEY] [--no-smtputf8]

PORT 0 takes a free one; the first line of output names it. FOLDER/rules says whom to refuse, a line each and read anew for each
recipient: ADDRESS CODE, or ADDRESS CODE TIMES. FOLDER/mails gets a line of JSON for each mail taken. With a certificate, a client
must use STARTTLS. FOLDER/login, if it is there, holds USER PASSWORD.
"""

import email
import email.header
import email.policy
import email.utils
import json
import pathlib
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
files = [argument for argument in sys.argv[3:] if not argument.startswith("--")]
refused = {}  # how often each rule was used


def rule(address):
    path = folder / "rules"
    for line in path.read_text().splitlines() if path.exists() else []:
        wanted, code, *times = line.split()
        if wanted == address and (not times or refused.get(line, 0) < int(times[0])):
            refused[line] = refused.get(line, 0) + 1
            return code
    return None


def read(raw):
    # Headers of RFC 6532 are UTF-8 as they are, which the parser of bytes does not expect.
    message = email.message_from_string(raw.decode("utf-8"), policy=email.policy.SMTPUTF8)
    bodies = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    defects = [str(defect) for part in message.walk() for defect in part.defects]
    headers = {name: [str(value) for value in message.get_all(name)] for name in set(message.keys())}
    return {
        "headers": headers, "types": [part.get_content_type() for part in message.walk()], "defects": defects,
        "to": addresses(raw, "to"), "from": addresses(raw, "from"),
        "date": message["date"].datetime.isoformat(), "text": bodies.get("text/plain"), "html": bodies.get("text/html"),
        "longest_line": max(len(line) for line in raw.split(b"\r\n")), "raw": raw.decode("utf-8", "replace"),
    }


def addresses(raw, name):
    # By the older parser: the newer one leaves spaces between encoded words (RFC 2047, 6.2), before Python 3.13.
    header = email.message_from_string(raw.decode("utf-8"), policy=email.policy.compat32)[name]
    decode = lambda text: str(email.header.make_header(email.header.decode_header(text)))
    return [[decode(shown), address] for shown, address in email.utils.getaddresses([header])]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        code = rule(address)
        if code:
            return f"{code} no such luck for {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = read(envelope.original_content)
        mail |= {"recipients": envelope.rcpt_tos, "sender": envelope.mail_from, "tls": session.ssl is not None}
        with open(folder / "mails", "a", encoding="utf-8") as mails:
            mails.write(json.dumps(mail) + "\n")
        return "250 taken"


def may_in(server, session, envelope, mechanism, data):
    user, password = (folder / "login").read_text().split()
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
    return AuthResult(success=right, handled=False)


class Server(Controller):
    def factory(self):
        login = (folder / "login").exists()
        return SMTP(self.handler, enable_SMTPUTF8="--no-smtputf8" not in sys.argv, tls_context=self.tls,
                    require_starttls=self.tls is not None, authenticator=may_in if login else None, auth_required=login,
                    auth_require_tls=self.tls is not None, decode_data=False, hostname="test.invalid")

    tls = None


server = Server(Handler(), hostname="127.0.0.1", port=port)
if files:
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(*files)
if port == 0:
    # The controller wants to know its port before it has one.
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.port = probe.getsockname()[1]
server.start()
print(server.port, flush=True)
while True:
    time.sleep(3600)
