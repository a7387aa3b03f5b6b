"""The built meter-gateway as a process of a test."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

from issuer import AUDIENCE


class Gateway:
    def __init__(self, binary, folder, issuer, bedrock, **changes):
        self.binary = binary
        self.spool = Path(folder) / "spool"
        configuration = {
            "auth": {"issuer": issuer.url, "audience": [AUDIENCE]},
            "models": {"default": "haiku", "aliases": {"haiku": "anthropic.haiku-v1:0"}},
            "tenants": {"*": {}},
            "limits": {"call_timeout_seconds": 20},
            "usage": {"spool": str(self.spool)},
            "limit_store": str(Path(folder) / "limits.sqlite"),
            **changes,
        }
        self.configuration = Path(folder) / "gateway.json"
        self.configuration.write_text(json.dumps(configuration))
        self.environment = dict(
            os.environ,
            AWS_REGION="us-east-1",
            AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
            AWS_SECRET_ACCESS_KEY="secret",
            AWS_ENDPOINT_URL_BEDROCK_RUNTIME=bedrock.url,
            AWS_CONFIG_FILE="/dev/null",
            AWS_SHARED_CREDENTIALS_FILE="/dev/null",
            AWS_EC2_METADATA_DISABLED="true",
            SWIFT_BACKTRACE="enable=no",
        )
        self.said = []

    def start(self):
        command = [self.binary, "serve", "--config", self.configuration, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, env=self.environment, stderr=subprocess.PIPE, text=True
        )
        for line in self.process.stderr:
            self.said.append(line)
            match = re.search(r"listening on http://127\.0\.0\.1:(\d+)", line)
            if match:
                self.port = int(match.group(1))
                break
        else:
            raise AssertionError("it does not listen: %s" % "".join(self.said))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stderr:
            self.said.append(line)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def call(self, token, body, path="/bedrock/chat", timeout=30):
        """The status, the headers by lower case, and the body's text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"authorization": "Bearer " + token, "content-type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read().decode()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, text
        finally:
            connection.close()

    def lines(self):
        """All lines of the spool that are about usage, in order."""
        lines = []
        for path in sorted(self.spool.glob("usage-*")):
            for line in path.read_text().splitlines():
                lines.append(json.loads(line))
        return lines
