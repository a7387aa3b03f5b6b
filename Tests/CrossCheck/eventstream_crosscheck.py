"""Checks what is read of event streams, and what is refused, against botocore's decoder, over streams drawn at
random from a fixed seed, cut anywhere, and damaged.

    eventstream_crosscheck.py TOOL [--self-test]

TOOL is the built `aws-tool`. With --self-test, streams are changed for one of the two, and that must be noticed.
"""

import base64
import json
import os
import random
import struct
import subprocess
import sys
from binascii import crc32

from botocore.eventstream import EventStreamBuffer, ParserError

SEED = 20251207
STREAMS = max(1, int(os.environ.get("METER_FUZZ_ROUNDS", "1000")) // 1000) * 4000

NAMES = [":event-type", ":message-type", ":content-type", ":exception-type", "a", "\u00e4", "\U0001f600", ""]


def value(random):
    kind = random.randint(0, 9)
    size = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}.get(kind)
    if size is not None:
        return bytes([kind]) + random.randbytes(size)
    content = random.choice(["", "event", "messageStop", "\uac00", "x" * 300]).encode()
    return bytes([kind]) + struct.pack("!H", len(content)) + content


def headers(random):
    count = random.choice([0, 1, 2, 3, 5])
    names = random.sample(NAMES, count) if random.random() < 0.95 else random.choices(NAMES, k=count)
    found = b""
    for name in names:
        encoded = name.encode()
        found += bytes([len(encoded)]) + encoded + value(random)
    # What no service writes, behind checksums that are right.
    if random.random() < 0.03:
        start = random.randint(0, len(found))
        found = found[:start] + random.choice([b"\xff", b"\x0a", b"\x01a", b"\x00\x07\x00"]) + found[start:]
    return found


def message(random):
    head = headers(random)
    payload = random.randbytes(random.choice([0, 0, 1, 15, 200, 3000]))
    total, size = len(head) + len(payload) + 16, len(head)
    if random.random() < 0.02:
        total, size = random.choice([(total, 1 << 18), (1 << 30, size), (total + 1, size)])
    prelude = struct.pack("!II", total, size)
    prelude += struct.pack("!I", crc32(prelude))
    body = prelude + head + payload
    return body + struct.pack("!I", crc32(body))


def draw(random):
    """The chunks of one stream."""
    stream = b"".join(message(random) for _ in range(random.randint(0, 5)))
    for _ in range(random.choice([0, 0, 1, 2])):
        start = random.randint(0, len(stream))
        blow = random.choice([b"", b"\x00", random.randbytes(1), random.randbytes(3)])
        stream = stream[:start] + blow + stream[start + random.choice([0, 1, 1, 3]):]
    cuts = sorted(random.randint(0, len(stream)) for _ in range(random.choice([0, 1, 4])))
    return [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)])]


def shown(value):
    if isinstance(value, bool):
        return ["bool", str(value).lower()]
    if isinstance(value, int):
        return ["integer", str(value)]
    if isinstance(value, bytes):
        return ["bytes", base64.b64encode(value).decode()]
    return ["string", value]


def expected(chunks):
    """The messages before the first fault, and whether there is one."""
    messages = []
    buffer = EventStreamBuffer()
    try:
        for chunk in chunks:
            buffer.add_data(chunk)
            for each in buffer:
                if each.prelude.payload_length < 0:
                    return messages, True
                messages.append({
                    "headers": {name: shown(content) for name, content in each.headers.items()},
                    "payload": base64.b64encode(each.payload).decode()})
    except (ParserError, KeyError, UnicodeDecodeError, struct.error):
        return messages, True
    return messages, bool(buffer._data)


def read(tool, streams):
    lines = b"".join(b" ".join(map(base64.b64encode, chunks)) + b"\n" for chunks in streams)
    output = subprocess.run([tool, "events"], input=lines, stdout=subprocess.PIPE, check=True).stdout
    answers = [json.loads(line) for line in output.split(b"\n")[:-1]]
    return [(answer["messages"], "fault" in answer) for answer in answers]


def cut_short(chunks):
    """Whether a header says that it is longer than the headers are, which botocore does not mind."""
    buffer = EventStreamBuffer()
    parser = buffer._header_parser
    found = False
    advance = type(parser)._advance_data

    def watched(self, consumed):
        nonlocal found
        found = found or consumed > len(self._data)
        advance(self, consumed)

    type(parser)._advance_data = watched
    try:
        for chunk in chunks:
            buffer.add_data(chunk)
            for _ in buffer:
                if found:
                    return True
    except (ParserError, KeyError, UnicodeDecodeError, struct.error):
        pass
    finally:
        type(parser)._advance_data = advance
    return found


def differences(tool, streams, others):
    found = []
    for chunks, answer, other in zip(streams, read(tool, streams), others, strict=True):
        oracle = expected(other)
        if answer == oracle:
            continue
        # We refuse a value that is cut.
        if answer[1] and cut_short(chunks) and answer[0] == oracle[0][:len(answer[0])]:
            continue
        found.append((b"".join(chunks), answer, oracle))
    return found


def main():
    tool, *options = sys.argv[1:]
    draws = random.Random(SEED)
    streams = [draw(draws) for _ in range(STREAMS)]
    if options == ["--self-test"]:
        others = [draw(draws) for _ in streams]
        noticed = len(differences(tool, streams, others))
        if noticed < STREAMS // 4:
            sys.exit(f"of {STREAMS} streams that are others, only {noticed} were noticed")
        print(f"self-test: {noticed} of {STREAMS} changed streams were noticed")
        return
    found = differences(tool, streams, streams)
    for stream, answer, oracle in found[:20]:
        print(f"{stream.hex()}: {answer}, and by botocore {oracle}"[:2000])
    if found:
        sys.exit(f"{len(found)} of {STREAMS} streams are read otherwise than by botocore")
    outcomes = [expected(chunks) for chunks in streams]
    refused = sum(fault for _, fault in outcomes)
    messages = sum(len(messages) for messages, _ in outcomes)
    print(f"{STREAMS} streams with {messages} messages are read as by botocore; {refused} have a fault")
    if not STREAMS // 10 < refused < STREAMS * 9 // 10:
        sys.exit("too few or too many of the streams are at fault")


if __name__ == "__main__":
    main()
