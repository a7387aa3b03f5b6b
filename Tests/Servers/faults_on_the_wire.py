"""The faults that the proxy can inject into one exchange."""

import asyncio
import socket
import struct

from http_messages import Response

# What each kind needs: nothing of the request's body, a part of it, or the server's response.
BEFORE = ("error-500", "slow-down", "throttled", "expired-token", "reset-before", "lost-request")
AFTER = (
    "lost-reply", "reset-in-response", "truncated", "truncated-chunks", "slow", "stalled",
    "flipped", "garbled", "shorter-length", "longer-length", "error-in-200",
)
KINDS = BEFORE + AFTER

SLOW_SECONDS = 0.5


def reset(writer):
    """Closes the connection so that the peer sees a reset."""
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def refusal(kind, request):
    """A response that the server never sees a request for."""
    code, status, reason = {
        "error-500": ("InternalError", 500, "Internal Server Error"),
        "slow-down": ("SlowDown", 503, "Slow Down"),
        "throttled": ("ThrottlingException", 400, "Bad Request"),
        "expired-token": ("ExpiredToken", 400, "Bad Request"),
        "error-in-200": ("InternalError", 200, "OK"),
        "skewed": ("RequestTimeTooSkewed", 403, "Forbidden"),
    }[kind]
    return error(code, status, reason, request)


def error(code, status, reason, request):
    """An error in the form of the request's protocol."""
    if request.operation:
        body = f'{{"__type":"{code}","message":"injected"}}'.encode()
        kind = "application/x-amz-json-1.1"
    else:
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{code}</Code><Message>injected</Message></Error>"
        ).encode()
        kind = "application/xml"
    headers = [
        ("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amz-request-id", "INJECTED"),
    ]
    return Response(status, reason, headers, b"" if request.method == "HEAD" else body)


def damaged(kind, response, chance):
    """The response with a body that is not what was stored."""
    body = bytearray(response.body)
    if not body:
        return response
    if kind == "flipped":
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    else:
        start = chance.randrange(len(body))
        size = min(len(body) - start, 512)
        body[start : start + size] = bytes(255 - byte for byte in body[start : start + size])
    return response._replace(body=bytes(body))


async def answer(kind, response, request, writer, chance):
    """Sends a response with a fault in it; whether the connection can be used again."""
    half = chance.randrange(len(response.body)) if response.body else 0
    if kind == "lost-reply":
        reset(writer)
        return False
    if kind in ("flipped", "garbled"):
        response = damaged(kind, response, chance)
        writer.write(response.head() + response.body)
    elif kind == "slow":
        await send_slowly(response, writer)
    elif kind in ("reset-in-response", "truncated"):
        writer.write(response.head() + response.body[:half])
        await writer.drain()
        if kind == "reset-in-response":
            # The peer may lose what it has not read yet; give it time to read.
            await asyncio.sleep(0.02)
            reset(writer)
        return False
    elif kind == "truncated-chunks":
        writer.write(response.head(content_length=None, transfer_encoding="chunked"))
        if half:
            writer.write(f"{half:x}\r\n".encode() + response.body[:half] + b"\r\n")
        return False
    elif kind == "stalled":
        writer.write(response.head() + response.body[:half])
        await writer.drain()
        await asyncio.sleep(120)
        return False
    elif kind == "shorter-length":
        writer.write(response.head(content_length=half) + response.body)
        return False
    elif kind == "longer-length":
        writer.write(response.head(content_length=len(response.body) + 1 + half) + response.body)
        return False
    else:
        writer.write(response.head() + response.body)
    await writer.drain()
    return True


async def send_slowly(response, writer):
    """Sends a response in small pieces."""
    writer.write(response.head())
    pieces = 10
    size = -(-len(response.body) // pieces) or 1
    for start in range(0, len(response.body), size):
        await writer.drain()
        await asyncio.sleep(SLOW_SECONDS / pieces)
        writer.write(response.body[start : start + size])
