"""A Bedrock that does what a seed says, and keeps what it has billed.

ConverseStream alone. A call is billed as soon as its model has begun, whatever becomes of the answer.
"""

import json
import random
import socket
import struct
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What may become of a call, and how often.
FATES = {
    "answer": 12,
    "slow": 3,
    "throttle": 2,
    "unavailable": 1,
    "refused": 1,
    "timeout": 1,
    "model_error": 1,
    "exception": 1,
    "no_metadata": 1,
    "no_usage": 1,
    "reset": 1,
}
# Fates of calls that Bedrock bills although their usage is never told.
UNTOLD = {"timeout", "model_error", "exception", "no_metadata", "no_usage", "reset"}


def frame(headers, payload):
    """A message of application/vnd.amazon.eventstream."""
    packed = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(packed) + len(payload), len(packed))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + payload
    return message + struct.pack(">I", zlib.crc32(message))


def event(kind, value):
    headers = {
        ":event-type": kind,
        ":content-type": "application/json",
        ":message-type": "event",
    }
    return frame(headers, json.dumps(value).encode())


class ScriptedBedrock:
    """A server on a free port of loopback."""

    def __init__(self, seed=0, fates=None):
        self.random = random.Random(seed)
        self.fates = fates or FATES
        self.lock = threading.Lock()
        # By call id: the usage, or None where nobody is told of it.
        self.billed = {}
        self.fate_of = {}
        bedrock = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                bedrock.answer(self)

            def log_message(self, *arguments):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

            def handle_error(self, request, client_address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def error(self, handler, status, code):
        body = json.dumps({"message": "secret arn:aws:iam::123456789012:role/x"}).encode()
        handler.send_response(status)
        handler.send_header("x-amzn-errortype", code)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def answer(self, handler):
        size = int(handler.headers.get("content-length", "0"))
        request = json.loads(handler.rfile.read(size))
        call = request["requestMetadata"]["call_id"]
        with self.lock:
            fate = self.random.choices(list(self.fates), list(self.fates.values()))[0]
            words = self.random.randint(1, 5)
            usage = {
                "inputTokens": self.random.randint(1, 1000),
                "outputTokens": self.random.randint(1, 1000),
                "cacheReadInputTokens": self.random.choice([0, 0, 7]),
                "cacheWriteInputTokens": self.random.choice([0, 0, 5]),
            }
            usage["totalTokens"] = sum(usage.values())
            self.fate_of[call] = fate
            if fate not in ("throttle", "unavailable", "refused"):
                # Seen before means that the gateway has sent a billed call again.
                assert call not in self.billed, "%s was sent twice" % call
                self.billed[call] = None if fate in UNTOLD else usage
        refusals = {
            "throttle": (429, "ThrottlingException"),
            "unavailable": (503, "ServiceUnavailableException"),
            "refused": (400, "ValidationException"),
            "timeout": (408, "ModelTimeoutException"),
            "model_error": (424, "ModelErrorException"),
        }
        if fate in refusals:
            return self.error(handler, *refusals[fate])
        handler.send_response(200)
        handler.send_header("content-type", "application/vnd.amazon.eventstream")
        handler.send_header("x-amzn-requestid", "r-" + call)
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        self.stream(handler, fate, words, usage)

    def stream(self, handler, fate, words, usage):
        def send(message):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(message), message))
            handler.wfile.flush()
            if fate == "slow":
                time.sleep(0.02)

        send(event("messageStart", {"role": "assistant", "p": "abcdefghijkl"}))
        for index in range(words):
            delta = {"delta": {"text": "word %d " % index}, "contentBlockIndex": 0, "p": "ab"}
            send(event("contentBlockDelta", delta))
        if fate == "reset":
            handler.close_connection = True
            return handler.connection.shutdown(socket.SHUT_RDWR)
        if fate == "exception":
            headers = {
                ":exception-type": "throttlingException",
                ":content-type": "application/json",
                ":message-type": "exception",
            }
            send(frame(headers, b'{"message":"secret"}'))
        else:
            send(event("messageStop", {"stopReason": "end_turn"}))
        if fate == "no_usage":
            send(event("metadata", {"metrics": {"latencyMs": 1}}))
        if fate in ("answer", "slow"):
            send(event("metadata", {"usage": usage, "metrics": {"latencyMs": 1}}))
        handler.wfile.write(b"0\r\n\r\n")
