"""An issuer of ID tokens as Cognito makes them, with its key set at a URL of loopback."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

AUDIENCE = "1a2b3c"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value):
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer:
    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = self.key.public_key().public_numbers()
        key = {"kid": "k1", "alg": "RS256", "kty": "RSA", "use": "sig"}
        key.update(n=number(public.n), e=number(public.e))
        body = json.dumps({"keys": [key]}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d/pool" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, tenant, user="u-1"):
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "token_use": "id",
            "iat": now,
            "exp": now + 3600,
            "sub": user,
            "custom:tenant_id": tenant,
        }
        header = {"kid": "k1", "alg": "RS256"}
        text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return "%s.%s" % (text, encoded(signature))
