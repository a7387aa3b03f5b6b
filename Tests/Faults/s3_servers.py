"""S3 as the tests have it: moto, and the proxy before it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree
from pathlib import Path

PROXY = Path(__file__).parent.parent / "Servers" / "fault_proxy.py"
PATIENCE_SECONDS = 60
NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class Server:
    """A program that serves on loopback until it is left."""

    def __init__(self, command, answers_at=""):
        self.port = _free_port()
        self.process = subprocess.Popen(
            [*map(str, command), "--port", str(self.port)],
            env={**os.environ, "TZ": "UTC"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with urllib.request.urlopen(self.url + answers_at, timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{command[0]} does not serve") from None
                time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Moto(Server):
    """moto's server, and objects in it. It checks no signatures."""

    def __init__(self, programs):
        super().__init__([programs / "moto_server", "-H", "127.0.0.1"])

    def make_bucket(self, bucket):
        self._request("PUT", bucket, "", b"")

    def put(self, bucket, key, content):
        self._request("PUT", bucket, key, content)

    def delete(self, bucket, key):
        self._request("DELETE", bucket, key)

    def objects(self, bucket, prefix):
        """The contents of all objects whose keys begin with `prefix`, by the rest of their keys."""
        return {key[len(prefix):]: self._request("GET", bucket, key)
                for key in self.keys(bucket, prefix)}

    def keys(self, bucket, prefix):
        keys, token = [], None
        while True:
            query = {"list-type": "2", "prefix": prefix}
            if token:
                query["continuation-token"] = token
            page = xml.etree.ElementTree.fromstring(self._request("GET", bucket, "", query=query))
            keys += [entry.text for entry in page.iterfind(f"{NAMESPACE}Contents/{NAMESPACE}Key")]
            token = page.findtext(f"{NAMESPACE}NextContinuationToken")
            if not token:
                return keys

    def _request(self, method, bucket, key, content=None, query=None, attempts=20):
        url = f"{self.url}/{bucket}/{urllib.parse.quote(key)}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        # It wants a signature, and looks at no more than whose it is.
        headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20251207/us-east-1/s3/"
                                    "aws4_request, SignedHeaders=host, Signature=none",
                   "Content-Type": "application/octet-stream"}
        request = urllib.request.Request(url, content, headers, method=method)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
                    return response.read()
            except urllib.error.HTTPError as error:
                # moto lists a bucket that others write to, and meets their writing: 500.
                if error.code != 500 or attempts == 0:
                    raise
            attempts -= 1
            time.sleep(0.1)


class Proxy(Server):
    """The proxy that injects faults in front of a server."""

    def __init__(self, target, seed, percent, kinds):
        super().__init__(
            [sys.executable, PROXY, "--target", target.port, "--seed", seed, "--percent", percent,
             "--kinds", ",".join(kinds)], "/-/log")

    def log(self):
        """What came, and which faults it met."""
        with urllib.request.urlopen(self.url + "/-/log", timeout=PATIENCE_SECONDS) as response:
            return [json.loads(line) for line in response.read().splitlines()]


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
