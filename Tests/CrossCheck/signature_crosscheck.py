"""Checks signatures against botocore's own signers, over requests drawn at random from a fixed seed.

    signature_crosscheck.py TOOL [--self-test]

TOOL is the built `aws-tool`. With --self-test, requests are changed before they are signed, and each
change must be noticed.
"""

import json
import random
import subprocess
import sys
from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import quote

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SEED = 20251207
REQUESTS = 600

TEXTS = [
    "a", "Z9", " ", "  ", "+", "~", "%", "%2F", "%20", "&", "=", "?", "#", "*", "'", "(", ")", "!", "@",
    ":", ";", ",", "$", "[", "]", "\\", "\"", "<", ">", "|", "^", "`", "{", "}", "-", "_", ".", "\t",
    "\n", "\x7f", "é", "e\u0301", "한", "\u1112\u1161\u11ab", "東京", "😀", "\u00a0", "x-y_z", "2025",
]
# S3 keeps such segments; for other services they are resolved.
SEGMENTS = ["", ".", "..", "...", "year=2025", "month=12"]
ENDPOINTS = [
    "https://examplebucket.s3.amazonaws.com", "https://glue.eu-central-1.amazonaws.com",
    "http://127.0.0.1:9000", "http://127.0.0.1:80", "https://localhost:443", "http://[::1]:8333",
    "https://Store.Example.ORG:8443", "http://proxy.example.org/base", "https://proxy.example.org/a~b/c+d/",
]
# Ids and ARNs of models, each of which is one segment of a path.
MODELS = [
    "anthropic.claude-3-haiku-20240307-v1:0", "us.amazon.nova-lite-v1:0",
    "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123def456",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-lite-v1:0:4k", "a/../b", "a//b",
]
HEADER_TEXTS = ["a", "b,c", " ", "  ", "\t", "x=y;z", "\"q\"", "é", "한글", "0"]


def text(random, at_most):
    return "".join(random.choice(TEXTS) for _ in range(random.randint(0, at_most)))


def draw(random):
    """What one request is made of."""
    segments = [
        random.choice(SEGMENTS) if random.random() < 0.3 else text(random, 3)
        for _ in range(random.randint(0, 4))]
    query = [[text(random, 3) or "k", text(random, 3)] for _ in range(random.randint(0, 5))]
    if query and random.random() < 0.4:
        query.append([query[0][0], text(random, 2)])
    random.shuffle(query)
    headers = {}
    for name in ["content-type", "range", "x-amz-meta-Note".lower(), "x-amz-target", "if-match",
                 "user-agent", "expect"]:
        if random.random() < 0.3:
            headers[name] = "".join(random.choice(HEADER_TEXTS) for _ in range(random.randint(0, 6)))
    service = random.choice(["s3", "s3", "glue", "logs", "sts", "athena", "bedrock"])
    segment = None
    if service == "bedrock":
        segment = random.choice(MODELS) if random.random() < 0.7 else text(random, 3) or "m"
        segments = ["model", segment, random.choice(["converse-stream", "converse"])]
    return {
        "accessKeyID": "AKIDEXAMPLE", "secretAccessKey": "secret/" + text(random, 2).encode().hex(),
        "sessionToken": random.choice([None, "token+of/a=session"]),
        "region": random.choice(["us-east-1", "ap-northeast-2", "cn-north-1"]), "service": service,
        "time": random.randint(1577836800, 2524607999),
        # botocore leaves the body out, where it is told to, for every service; we for S3 alone.
        "coversPayload": service != "s3" or random.random() < 0.5,
        "method": random.choice(["GET", "PUT", "POST", "HEAD", "DELETE"]),
        "endpoint": random.choice(ENDPOINTS), "path": "/".join(segments), "segments": segment and segments,
        "query": query,
        "headers": headers, "body": random.choice(["", "body", "ö" * 40, text(random, 4)]),
    }


def url_of(request):
    """The URL as Python's own quoting has it."""
    scheme, rest = request["endpoint"].split("://")
    host, _, base = rest.partition("/")
    host = host.lower().removesuffix(":443" if scheme == "https" else ":80")
    base = "/" + quote(base.strip("/"), safe="/") if base else ""
    query = "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in request["query"])
    segments = request["segments"]
    path = "/".join(quote(each, safe="") for each in segments) if segments else quote(request["path"], safe="/")
    return f"{scheme}://{host}{base}/{path}" + (f"?{query}" if query else "")


def signed_by_botocore(request):
    """The URL, the canonical request, and the headers that botocore would send."""
    signer = botocore.auth.S3SigV4Auth if request["service"] == "s3" else botocore.auth.SigV4Auth
    sent = AWSRequest(
        method=request["method"], url=url_of(request), data=request["body"].encode(),
        headers=request["headers"])
    if not request["coversPayload"]:
        # What botocore demands before it leaves out a body: the header of another checksum.
        sent.context = {
            "has_streaming_input": True,
            "checksum": {"request_algorithm": {"in": "header", "name": "x-amz-date"}}}
    credentials = Credentials(
        request["accessKeyID"], request["secretAccessKey"], request["sessionToken"])
    now = datetime.fromtimestamp(request["time"], timezone.utc)
    auth = signer(credentials, request["service"], request["region"])
    with patch("botocore.auth.get_current_datetime", return_value=now):
        auth.add_auth(sent)
    headers = {name.lower(): value for name, value in sent.headers.items()}
    return {"url": sent.url, "headers": headers}


def signed_by_tool(tool, requests):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run(
        [tool, "sign"], input=lines.encode(), capture_output=True, timeout=300, check=True)
    # Not splitlines: what is quoted holds no line breaks but may hold other separators.
    return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]


def difference(expected, actual):
    """What differs between two signed requests; None if nothing that counts does."""
    if expected["url"] != actual["url"]:
        return f"URL {actual['url']!r} in place of {expected['url']!r}"
    names = ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"]
    for name in names:
        wanted, got = expected["headers"].get(name), actual["headers"].get(name)
        if wanted != got:
            return f"{name} {got!r} in place of {wanted!r}"
    return None


def differences(tool, requests, given):
    """What differs where the tool signs `given` in place of `requests`; one entry each."""
    actual = signed_by_tool(tool, given)
    if len(actual) != len(requests):
        raise SystemExit(f"{len(actual)} answers to {len(requests)} requests")
    return [difference(signed_by_botocore(r), a) for r, a in zip(requests, actual, strict=True)]


def kinds(request):
    """The kinds of oddity in a request, all of which must occur."""
    names = [name for name, _ in request["query"]]
    texts = [request["path"], *names, *(value for _, value in request["query"])]
    found = {request["service"]} if request["service"] in {"s3", "glue", "bedrock"} else set()
    if any("/" in each for each in request["segments"] or []):
        found.add("slash in a segment")
    for kind, mark in [("space", " "), ("plus", "+"), ("tilde", "~"), ("percent", "%"),
                       ("decomposed", "\u1112"), ("emoji", "😀"), ("slash", "//")]:
        if any(mark in text for text in texts):
            found.add(kind)
    if len(names) != len(set(names)):
        found.add("repeated name")
    if any(not value for _, value in request["query"]):
        found.add("empty value")
    if ".." in request["path"].split("/"):
        found.add(f"dots, {'s3' if request['service'] == 's3' else 'others'}")
    if any("  " in value.strip() for value in request["headers"].values()):
        found.add("spaces in a header")
    if not request["coversPayload"]:
        found.add(f"body left out, {request['endpoint'].split(':')[0]}")
    if request["sessionToken"]:
        found.add("session token")
    return found


KINDS = {
    "s3", "glue", "bedrock", "slash in a segment", "space", "plus", "tilde", "percent", "decomposed", "emoji", "slash", "repeated name",
    "empty value", "dots, s3", "dots, others", "spaces in a header", "body left out, http",
    "body left out, https", "session token",
}


def check(tool):
    requests = draw_all()
    failed = 0
    for request, found in zip(requests, differences(tool, requests, requests), strict=True):
        if found is not None:
            failed += 1
            print(f"FAILED {json.dumps(request)[:400]}: {found}"[:1200])
    print(f"signatures: {len(requests) - failed} of {len(requests)} equal botocore's")
    counts = {kind: sum(kind in kinds(request) for request in requests) for kind in KINDS}
    for kind, count in sorted(counts.items()):
        if count < 10:
            failed += 1
            print(f"FAILED only {count} requests with {kind}")
    return failed == 0


def draw_all():
    generator = random.Random(SEED)
    return [draw(generator) for _ in range(REQUESTS)]


# What is done to a request before the tool signs it; None where that changes nothing.
def without_repeat(request):
    names = [name for name, _ in request["query"]]
    if len(names) == len(set(names)):
        return None
    return request | {"query": list(map(list, dict(request["query"]).items()))}


def with_plus_for_space(request):
    if not any(" " in value for _, value in request["query"]):
        return None
    return request | {"query": [[n, v.replace(" ", "+")] for n, v in request["query"]]}


def without_empty_values(request):
    kept = [pair for pair in request["query"] if pair[1]]
    return None if len(kept) == len(request["query"]) else request | {"query": kept}


def with_path(request, change):
    """A request whose path is changed in all of its parts; None if that changes nothing."""
    segments = request["segments"] and list(map(change, request["segments"]))
    changed = request | {"path": change(request["path"]), "segments": segments}
    return None if (changed["path"], segments) == (request["path"], request["segments"]) else changed


def encoded_twice(request):
    return with_path(request, lambda text: quote(text, safe="/"))


def composed(request):
    return with_path(request, lambda text: text.replace("e\u0301", "é"))


def slash_kept(request):
    """The slashes in a segment left as they are."""
    if not any("/" in each for each in request["segments"] or []):
        return None
    return request | {"segments": None}


def without_token(request):
    return request | {"sessionToken": None} if request["sessionToken"] else None


def other_header(request):
    signed = sorted(set(request["headers"]) - {"user-agent", "expect"})
    return request | {"headers": request["headers"] | {signed[0]: "other"}} if signed else None


def other_body(request):
    is_left_out = not request["coversPayload"] and request["endpoint"].startswith("https")
    return None if is_left_out else request | {"body": request["body"] + "x"}


def other_cover(request):
    counts = request["service"] == "s3" and request["endpoint"].startswith("https")
    return request | {"coversPayload": not request["coversPayload"]} if counts else None


CHANGES = {
    "a repeated name once": without_repeat,
    "+ for a space": with_plus_for_space,
    "no empty values": without_empty_values,
    "a path encoded twice": encoded_twice,
    "a path in composed form": composed,
    "slashes in a segment kept": slash_kept,
    "no session token": without_token,
    "another header": other_header,
    "another body": other_body,
    "the body covered or not": other_cover,
    "a later second": lambda request: request | {"time": request["time"] + 1},
    "another secret": lambda request: request | {"secretAccessKey": request["secretAccessKey"] + "0"},
    "another region": lambda request: request | {"region": "eu-west-1"},
    "another method": lambda request: request | {"method": "PATCH"},
}


def self_test(tool):
    failed = 0
    requests = draw_all()
    for name, change in CHANGES.items():
        pairs = [(request, changed) for request in requests if (changed := change(request)) is not None]
        found = differences(tool, [request for request, _ in pairs], [changed for _, changed in pairs])
        missed = sum(difference is None for difference in found)
        if len(pairs) < 5 or missed:
            failed += 1
            print(f"FAILED {name}: {missed} of {len(pairs)} not noticed")
    print(f"self-test: {len(CHANGES) - failed} of {len(CHANGES)} changes noticed in every request")
    return failed == 0


def main(tool, *options):
    sys.exit(0 if (self_test if options == ("--self-test",) else check)(tool) else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
