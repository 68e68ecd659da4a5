"""gunicorn ends TLS itself and asks for client certificates: the certificate entrance without a proxy.

    TLS_CERTIFICATE=server.pem TLS_KEY=server.key CLIENT_AUTHORITIES=$CA_DIR/clients.pem \\
        gunicorn -c deploy/gunicorn/certificates.py partyplatform.wsgi:application

Whoever has no certificate still gets the login page; whoever presents one that does not hold is turned away in the
handshake (expired, foreign, not for clients) or by a page that says why (revoked, not registered, somebody else's).
Towards a network one does not know, put nginx in front (deploy/nginx): a slow client holds one of the threads here.
"""

import errno
import os
import ssl

bind = os.environ.get("CERTIFICATE_BIND", "0.0.0.0:8443")
workers = int(os.environ.get("WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "16"))  # a browser opens up to six connections, some in advance
control_socket_disable = True
loglevel = "warning"

certfile, keyfile = os.environ["TLS_CERTIFICATE"], os.environ["TLS_KEY"]
ca_certs = os.environ["CLIENT_AUTHORITIES"]
cert_reqs = ssl.CERT_OPTIONAL


SILENT_SECONDS = 10


class Connection(ssl.SSLSocket):
    """Give up on a client that says nothing for too long: browsers connect in advance, and each holds a thread."""

    def do_handshake(self, block=False):
        self.settimeout(SILENT_SECONDS)
        super().do_handshake(block)
        self.settimeout(None)

    def recv(self, *arguments):
        """Wait for so long where gunicorn would wait for ever; it closes a reset connection without a word."""
        patience = self.gettimeout()
        if patience is None:
            self.settimeout(SILENT_SECONDS)
        try:
            return super().recv(*arguments)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the client says nothing") from None
        finally:
            self.settimeout(patience)


def ssl_context(conf, default_ssl_context_factory):
    context = default_ssl_context_factory()
    context.sslsocket_class = Connection
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    context.options |= ssl.OP_NO_TICKET  # each connection proves its key anew
    context.num_tickets = 0
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # an outside chain may end below its root
    return context
