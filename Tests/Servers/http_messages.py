"""HTTP/1.1 messages, as much as test servers need: read whole, and written as told."""

import asyncio
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class Request(NamedTuple):
    """A request, its body included."""

    method: str
    target: str  # path and query, as sent
    headers: dict  # by names in lower case
    head: bytes  # as sent, the empty line included
    body: bytes

    @property
    def path(self):
        """The decoded path."""
        return unquote(urlsplit(self.target).path, errors="surrogateescape")

    @property
    def query(self):
        return urlsplit(self.target).query

    @property
    def operation(self):
        """The operation of a JSON protocol, such as `GetTables`; empty for S3."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]


class Response(NamedTuple):
    """A response, its body included."""

    status: int
    reason: str
    headers: list  # pairs of name and value
    body: bytes

    def head(self, **changes):
        """The head, with headers added, replaced or (None) left out; `_` in names stands for `-`."""
        changes = {name.replace("_", "-").lower(): value for name, value in changes.items()}
        lines = [f"HTTP/1.1 {self.status} {self.reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers if name.lower() not in changes]
        lines += [f"{name}: {value}" for name, value in changes.items() if value is not None]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def read_head(reader):
    """The first line and the headers; None where the connection ends before."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":")[::2] for line in lines if line]
    return head, first, [(name.strip(), value.strip()) for name, value in pairs]


async def read_chunked(reader):
    """A body in chunks."""
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    while (await reader.readline()).strip():
        pass
    return body


async def read_request_head(reader):
    """A request without its body; None where there is none."""
    read = await read_head(reader)
    if read is None:
        return None
    head, first, pairs = read
    method, target, _ = first.split(" ")
    return Request(method, target, {name.lower(): value for name, value in pairs}, head, b"")


async def read_request_body(reader, request):
    """The same request with its body."""
    if request.headers.get("transfer-encoding", "").lower() == "chunked":
        raise ValueError("requests in chunks are not supported")
    size = int(request.headers.get("content-length", 0))
    return request._replace(body=await reader.readexactly(size))


async def read_response(reader, method):
    """The response to a request of that method."""
    read = await read_head(reader)
    if read is None:
        raise ConnectionError("the server closed the connection without an answer")
    _, first, pairs = read
    _, status, reason = (first + " ").split(" ", 2)
    headers = {name.lower(): value for name, value in pairs}
    if method == "HEAD" or status in ("204", "304"):
        body = b""
    elif headers.get("transfer-encoding", "").lower() == "chunked":
        body = await read_chunked(reader)
        pairs = [pair for pair in pairs if pair[0].lower() != "transfer-encoding"]
        pairs.append(("Content-Length", str(len(body))))
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    else:
        body = await reader.read()
        pairs.append(("Content-Length", str(len(body))))
    return Response(int(status), reason.strip(), pairs, body)
