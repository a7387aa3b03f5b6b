"""Checks which region, endpoints, retries and credentials hold under which settings, against botocore.

    settings_crosscheck.py TOOL

TOOL is the built `aws-tool`. Environments and files are drawn at random from a fixed seed. No service is
asked for anything, but a stand-in of STS on loopback for roles.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

import botocore.exceptions
import botocore.session

SEED = 20251207
SETTINGS = 150

SERVICES = ["s3", "logs", "glue", "sts"]
# Of us-east-1, botocore still uses old endpoints.
REGIONS = [
    "eu-west-1", "ap-northeast-2", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1",
    "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1",
]
PROFILES = ["default", "a", "two words", "B-2_c"]
SERVICE_IDS = {"s3": "S3", "logs": "CLOUDWATCH_LOGS", "glue": "GLUE", "sts": "STS"}


class STS(BaseHTTPRequestHandler):
    """Gives each role an access key that tells the role and who asked for it."""

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        signer = self.headers["authorization"].split("Credential=")[1].split("/")[0]
        role = form["RoleArn"][0].rpartition("/")[2]
        body = f"""
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
            <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId>
            </AssumedRoleUser><Credentials><AccessKeyId>{role}-of-{signer}</AccessKeyId>
            <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
            <Expiration>2049-12-31T23:59:59Z</Expiration></Credentials></AssumeRoleResult>
            <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>
            """.strip().encode()
        self.send_response(200)
        self.send_header("content-type", "text/xml")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Draw:
    """An environment and the files that belong to it."""

    def __init__(self, generator, number, sts):
        self.random = generator
        self.number = number
        # Some have roles, and then STS is where it is.
        self.sts = sts if generator.random() < 0.5 else None
        self.counter = 0
        self.environment = {"AWS_EC2_METADATA_DISABLED": "true", "PATH": os.environ["PATH"]}
        self.config = self._file(config=True)
        self.credentials = self._file(config=False)
        self._draw_environment()

    def _happens(self, chance):
        return self.random.random() < chance

    def _key(self):
        self.counter += 1
        return f"AKID{self.number}X{self.counter}"

    def _url(self):
        self.counter += 1
        host = self.random.choice(["127.0.0.1:9000", "host.example.org", "[::1]:8333"])
        return f"http://{host}/{self.counter}" if self._happens(0.5) else f"https://{host}"

    def _line(self, name, value):
        name = name.upper() if self._happens(0.1) else name
        return name + self.random.choice(["=", " = ", " =", "= "]) + value

    def _keys(self):
        lines = []
        if self._happens(0.95):
            lines.append(self._line("aws_access_key_id", self._key()))
        if self._happens(0.95):
            lines.append(self._line("aws_secret_access_key", "a/b+c="))
        return lines

    def _section(self, config):
        lines = []
        if config:
            if self._happens(0.6):
                lines.append(self._line("region", self.random.choice(REGIONS)))
            if self._happens(0.2):
                lines.append(self._line("endpoint_url", self._url()))
            if self._happens(0.4):
                lines.append(self._line("services", "local"))
            if self.sts and self._happens(0.7):
                self.counter += 1
                arn = f"arn:aws:iam::123456789012:role/r{self.number}x{self.counter}"
                lines.append(self._line("role_arn", arn))
                if self._happens(0.95):
                    source = self.random.choice([*PROFILES, *PROFILES, "nobody"])
                    lines.append(self._line("source_profile", source))
            if not self.sts and self._happens(0.1):
                lines.append(self._line(
                    "ignore_configured_endpoint_urls", self.random.choice(["true", "false"])))
            if self._happens(0.4):
                lines.append(self._line("max_attempts", str(self.random.randint(1, 9))))
            if self._happens(0.15 if self.sts else 0.3):
                document = json.dumps(
                    {"Version": 1, "AccessKeyId": self._key(), "SecretAccessKey": "s"})
                return lines + [self._line("credential_process", f"printf %s '{document}'")]
        # Where all profiles have keys of their own, no role is the source of another.
        if self._happens(0.4 if config or self.sts else 0.8):
            lines += self._keys()
        self.random.shuffle(lines)
        return lines

    def _file(self, config):
        blocks = []
        for profile in PROFILES:
            if self._happens(0.95 if self.sts and config else 0.7):
                name = profile
                if config and profile != "default":
                    space = self.random.choice([" ", " ", "  ", "\t", " \t "])
                    name = f"profile{space}" + (f"'{profile}'" if " " in profile else profile)
                blocks.append([f"[{name}]", *self._section(config)])
        if config:
            # A section whose name lacks `profile`, which counts for nothing.
            blocks.append(["[A]", "region = eu-south-1"])
            services = ["[services local]"]
            # A section without settings is none to botocore.
            for service in self.random.sample(SERVICES, self.random.randint(1, len(SERVICES))):
                services += [f"{SERVICE_IDS[service].lower()} =", f"  endpoint_url = {self._url()}"]
            blocks.append(services)
        self.random.shuffle(blocks)
        lines = []
        for block in blocks:
            for line in block:
                lines += self.random.choice([[], [], [], [""], ["# a comment"], ["; = ["]])
                lines.append(line)
        end = self.random.choice(["\n", "\n", "\r\n"])
        return end.join(lines) + end

    def _draw_environment(self):
        if self._happens(0.5):
            self.environment["AWS_PROFILE"] = self.random.choice([*PROFILES, "nobody"])
        if self._happens(0.5):
            self.environment["AWS_DEFAULT_REGION"] = self.random.choice(REGIONS)
        if self._happens(0.2):
            self.environment |= {"AWS_ACCESS_KEY_ID": self._key(), "AWS_SECRET_ACCESS_KEY": "s"}
        if self._happens(0.2):
            self.environment["AWS_MAX_ATTEMPTS"] = str(self.random.randint(1, 9))
        if self._happens(0.1):
            self.environment["AWS_ENDPOINT_URL"] = self._url()
        for service in SERVICES:
            if self._happens(0.1):
                self.environment[f"AWS_ENDPOINT_URL_{SERVICE_IDS[service]}"] = self._url()
        if self.sts:
            self.environment["AWS_ENDPOINT_URL_STS"] = self.sts
        elif self._happens(0.1):
            self.environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = self.random.choice(
                ["true", "TRUE", "false"])

    def write(self, home):
        folder = Path(home) / ".aws"
        folder.mkdir()
        (folder / "config").write_bytes(self.config.encode())
        (folder / "credentials").write_bytes(self.credentials.encode())
        return self.environment | {"HOME": home}


def resolved_by_botocore(environment):
    """What holds in an environment; as far as it comes where something is wrong."""
    resolved = {"endpoints": {}}
    with patch.dict(os.environ, environment, clear=True):
        try:
            session = botocore.session.Session()
            region = session.get_config_variable("region")
            if region is None:
                return resolved
            resolved["region"] = region
            for service in SERVICES:
                client = session.create_client(
                    service, aws_access_key_id="x", aws_secret_access_key="x")
                resolved["endpoints"][service] = client.meta.endpoint_url
            # Where nothing is set, botocore's legacy mode has as many as we do.
            retries = client.meta.config.retries or {}
            resolved["maximumAttempts"] = retries.get("total_max_attempts", 5)
            credentials = session.get_credentials()
            if credentials is not None:
                resolved["accessKeyID"] = credentials.access_key
        except botocore.exceptions.ProfileNotFound:
            return {"endpoints": {}}
        except (
            botocore.exceptions.PartialCredentialsError,
            botocore.exceptions.InvalidConfigError,
            botocore.exceptions.InfiniteLoopConfigError,
        ):
            pass
    return resolved


def resolved_by_tool(tool, environment):
    done = subprocess.run(
        [tool, "resolve"], env=environment, capture_output=True, timeout=60, check=True)
    return json.loads(done.stdout), done.stderr.decode()


def main(tool):
    tool = str(Path(tool).resolve())
    generator = random.Random(SEED)
    failed = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), STS)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sts = f"http://127.0.0.1:{server.server_port}"
    seen = {"region": set(), "accessKeyID": set(), "endpoints": set(), "maximumAttempts": set()}
    for number in range(SETTINGS):
        draw = Draw(generator, number, sts)
        with tempfile.TemporaryDirectory() as home:
            environment = draw.write(home)
            expected = resolved_by_botocore(environment)
            actual, reason = resolved_by_tool(tool, environment)
        seen["region"].add(expected.get("region"))
        seen["maximumAttempts"].add(expected.get("maximumAttempts"))
        seen["accessKeyID"].add(expected.get("accessKeyID"))
        seen["endpoints"] |= set(expected["endpoints"].values())
        if expected != actual:
            failed += 1
            print(f"FAILED {number}: {actual} in place of {expected}, {reason.strip()}"[:1500])
            print(f"{draw.environment}\n{draw.config}\n{draw.credentials}"[:3000])
    counts = {kind: len(values) for kind, values in seen.items()}
    keys = [key for key in seen["accessKeyID"] if key]
    counts["roles"] = sum("-of-" in key for key in keys)
    counts["chains"] = sum(key.count("-of-") > 1 for key in keys)
    # All regions and none; credentials and none; roles of roles.
    if counts["region"] <= len(REGIONS) or counts["accessKeyID"] < 20 or counts["endpoints"] < 40 \
            or counts["maximumAttempts"] < 9 or None not in seen["accessKeyID"] \
            or counts["roles"] < 10 or counts["chains"] < 2:
        failed += 1
        print(f"FAILED too little variety: {counts}")
    print(f"settings: {SETTINGS - failed} of {SETTINGS} mean what they mean to botocore")
    sys.exit(0 if failed == 0 else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
