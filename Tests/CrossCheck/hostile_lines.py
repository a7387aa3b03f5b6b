"""Makes objects of lines of which some are unsound, foreign, or written in an unusual way.

Sound lines come from `make_records`; each object is made of whole lines, so that an engine that reads
line by line sees the same events as one that reads documents.
"""

import base64
import gzip
import json
import random
import re

USAGE = "bedrock_token_usage"


def write_hostile_objects(folder, calls, seed, count=1_500):
    """Writes objects of lines with and without the headers of export tasks."""
    rng = random.Random(seed)
    lines = [line for call in rng.sample(calls, min(len(calls), count)) for line in _lines(rng, call)]
    lines += [line for call in calls[:count // 10] for line in _neighbours(call)]
    rng.shuffle(lines)
    for number, name in enumerate(["task/000000.gz", "task/000001.gz", "lines.json", "more.gz"]):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        has_headers = name.startswith("task/")
        data = b"\n".join(
            (_header(rng) + line if has_headers else line) for line in lines[number::4])
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    (folder / "aws-logs-write-test").write_bytes(b"Permission Check Successful")
    # The envelope's time takes part in what a call is, so these repeat with it.
    repeated = [_header(rng) + _without_time(call) for call in calls[:200]]
    (folder / "task" / "000002.gz").write_bytes(gzip.compress(b"\n".join(repeated * 2)))


def _header(rng):
    return (f"2025-12-{rng.randrange(1, 29):02}T{rng.randrange(24):02}:{rng.randrange(60):02}:"
            f"{rng.randrange(60):02}.{rng.randrange(1000):03}Z ").encode()


def _without_time(call):
    line = json.loads(call.line)
    del line["timestamp"]
    return json.dumps(line).encode()


def _lines(rng, call):
    """The line of a call as it is, and perhaps one that is spoilt or foreign."""
    yield call.line.encode()
    kind = rng.random()
    if kind < 0.35:
        yield _spoilt(rng, call)
    elif kind < 0.5:
        yield _foreign(rng)
    elif kind < 0.65:
        yield _unusual(rng, call)


def _neighbours(call):
    """Calls that differ from a call in one thing, which is enough to be others."""
    line = json.loads(call.line)
    line.update(request_id=None, user_id="neighbour")
    for name, value in [("output_tokens", 1), ("output_tokens", 2), ("cache_read_input_tokens", 3)]:
        yield json.dumps({**line, name: value}).encode()
    for tenant in ["acme", "globex"]:
        yield json.dumps({**line, "tenant_id": tenant, "request_id": "shared"}).encode()


def _spoilt(rng, call):
    line = json.loads(call.line)
    text = call.line.encode()
    changes = [
        lambda: line.pop(rng.choice(["tenant_id", "user_id", "model_id", "input_tokens"])),
        lambda: line.update({rng.choice(["tenant_id", "user_id", "model_id"]): None}),
        lambda: line.update({rng.choice(["tenant_id", "model_id"]): ""}),
        lambda: line.update({rng.choice(["tenant_id", "user_id", "request_id"]): 7}),
        lambda: line.update({rng.choice(["tenant_id", "user_id", "model_id", "request_id"]): rng.choice(
            ["x" * 4097, "\u00e9" * 2049, "\U0001f600" * 1024 + "x", "\n" * 5000])}),
        lambda: line.update(event=line.pop("event_type")),
        lambda: line.update(event_type=rng.choice(
            [None, 7, [USAGE], {}, "Bedrock_Token_Usage", f" {USAGE} ", "bedrock-token-usage"])),
        lambda: line.update({_count(rng): rng.choice(
            [-1, 1.5, "", "ten", "1e", " 1", "0x1", 1 << 63, "9223372036854775808", True, [1], {},
             "-3", "1.5e0", "12345e-2", "1e19", "01", "+1", "1.", 1e300])}),
        lambda: line.update({"timestamp": rng.choice(
            ["", "yesterday", "2025-12-07", "2025-02-30T01:02:03Z", "2025-12-07T24:00:00",
             "2025-12-07T01:02:03.Z", "2025-12-07T01:02:03.1234567890Z", "2025-12-07T01:02:03+24:00",
             "2025-12-07T01:02:03+9", "2025-12-07T01:02:03Z ", "2025-12-07T01:02:03Z\n",
             "2019-12-31T23:59:59.999999Z", "2051-01-01T00:00:00Z", "2020-01-01T00:30:00+01:00",
             1733533323, False])}),
    ]
    if rng.random() < 0.6:
        rng.choice(changes)()
        return json.dumps(line).encode()
    return rng.choice([
        # Within a key, since the end of a line ends no other broken document.
        lambda: text[:rng.choice(list(re.finditer(b'"[a-z_]+" ?:', text))).start() + 2],
        lambda: text + b" and more",
        lambda: text[:-1] + b', "input_tokens": 5}',
        lambda: text[:-1] + b', "tenant_id" : "another"}',
        lambda: text[:-1] + b', "note": "\xff\xfe"}',
        lambda: text[:-1] + b', "note": "\\ud83d"}',
        lambda: text[:-1] + b', "note": "\\udc00\\ud83d\\ude00"}',
        lambda: text[:-1] + b', "note": "\x01"}',
        lambda: b"usage: " + repr(line).encode(),
    ])()


def _foreign(rng):
    return rng.choice([
        b"START RequestId: 7b1c Version: $LATEST", b"END RequestId: 7b1c", b"[1, 2, 3]", b"null",
        b'{"event_type": "bedrock_model_list", "tenant_id": "acme"}', b"{}", b'{"level": "info"}',
        b'{"event_type": "audit", "detail": "' + USAGE.encode() + b'"}', b"{not JSON}",
        b"plain text",
        b'{"event_type": "chat", "tenant_id": "a", "model_id": "m", "input_tokens": 3}',
        b'{"tenant_id": "a", "model_id": "m", "usage": {"input_tokens": 3, "output_tokens": 4}}',
        b'{"message": "SELECT tenant_id, model_id, input_tokens FROM usage"}',
        b'{"_aws": {"Timestamp": 1}, "tenant_id": "a", "model_id": "m", "input_tokens": 3}',
        b'{"schemaType": "ModelInvocationLog", "input": {"text": "' + USAGE.encode() + b'"}}',
        b'INFO {"tenant_id": "a", "model_id": "m", "max_tokens": 3}',
        b"REPORT RequestId: 7b1c\tDuration: 2.5 ms\tBilled Duration: 3 ms",
    ])


def _unusual(rng, call):
    """A sound line that few producers write."""
    line = json.loads(call.line)
    for name, value in list(line.items()):
        if name.endswith("_tokens") and isinstance(value, int) and value < 1 << 40:
            line[name] = rng.choice([value, str(value), f"{value}.0", f"{value}e0", f"{value}.000"])
    line.setdefault("request_id", rng.choice([None, ""]))
    if rng.random() < 0.1:
        line["user_id"] = rng.choice(["x" * 4096, "\u00e9" * 2048, "\U0001f600" * 1024, "\n" * 4096])
    line["cache_read_input_tokens"] = line.get("cache_read_input_tokens") or rng.choice(
        [None, "0", "-0", "0.0", 0.0, "0e5"])
    if rng.random() < 0.2:
        line["timestamp"] = line["timestamp"].replace(".", ",")
    line["note"] = rng.choice(
        ["\\ud83d", "\"tenant_id\": 1", "\U0001f600", USAGE, {"deep": {"note": [1, {"x": None}]}}])
    text = json.dumps(line, ensure_ascii=rng.random() < 0.5)
    text = text.replace('"0.0"', "0.0").replace('"0e5"', "0e5")
    text = "".join(
        f"\\u{ord(character):04x}" if character == "_" and rng.random() < 0.02 else character
        for character in text)
    return (rng.choice(["", " ", "\t"]) + text + rng.choice(["", " ", "\t "])).encode()


def write_wrapped_objects(folder, calls, count=20):
    """Writes an object for each way in which a sound line may lie in another; says how many lines each has."""
    lines = [call.line for call in calls[:count]]
    names = []
    for number, wrap in enumerate(_WRAPPERS):
        for has_headers in [True, False]:
            path = folder / f"wrapped-{number}-{'task' if has_headers else 'lines'}.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            head = "2025-12-07T01:02:03.004Z " if has_headers else ""
            path.write_bytes(gzip.compress("\n".join(head + wrap(line) for line in lines).encode()))
            names.append(path.name)
    return {name: count for name in names}


def _base64(text):
    return base64.b64encode(text.encode()).decode()


def _compressed(text):
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


_WRAPPERS = [
    lambda line: f'{{"level": "INFO", "timestamp": "2025-12-07T01:02:03Z", "message": {line}}}',
    lambda line: json.dumps({"level": "INFO", "message": line}),
    lambda line: json.dumps({"event_type": "log", "message": line}),
    lambda line: f'{{"event_type": "log", "message": {line}}}',
    lambda line: json.dumps({"log": json.dumps({"log": line}), "stream": "stdout"}),
    lambda line: f"INFO:root:{line}",
    lambda line: f"2025-12-07T01:02:03.123456789Z stdout F {line}",
    lambda line: f"level=info msg={json.dumps(line)}",
    lambda line: f"\x1b[32mINFO\x1b[0m {line}\x1b[0m",
    lambda line: f"[{line}]",
    lambda line: f'{{"version": "0", "detail-type": "usage", "detail": {line}}}',
    lambda line: json.dumps({"Records": [{"Sns": {"Message": line}}]}),
    lambda line: json.dumps({"Records": [{"body": line}]}),
    lambda line: json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [
        {"timeUnixNano": "1765101600000000000", "body": {"stringValue": line}}]}]}]}),
    lambda line: json.dumps({"events": [{"timestamp": 1765101600000, "message": line}]}),
    lambda line: json.dumps({"awslogs": {"data": _compressed(line)}}),
    lambda line: json.dumps({"records": [{"recordId": "1", "data": _base64(line)}]}),
    lambda line: json.dumps({"Records": [{"kinesis": {"data": _base64(line)}}]}),
    lambda line: json.dumps({"attemptsMade": 4, "rawData": _compressed(line)}),
    lambda line: json.dumps({"message": {"awslogs": {"data": _compressed(line)}}}),
    lambda line: "Event: " + json.dumps({"awslogs": {"data": _compressed(line)}}),
    lambda line: json.dumps({"message": line}).replace("_", "\\u005f"),
]


def _count(rng):
    return rng.choice(["input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens"])
