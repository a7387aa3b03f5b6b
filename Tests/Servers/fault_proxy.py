#!/usr/bin/env python3
"""A reverse proxy that injects faults between a client and a server of AWS's APIs.

    fault_proxy.py --port N --target PORT [--seed N --percent N --kinds KIND,...] [--plan FILE]
                   [--latency-ms N] [--clock-offset SECONDS] [--log FILE]

Both ends are on loopback, both speak plain HTTP, and what is signed stays as it is. Requests are
forwarded one by one over connections of their own; clients may keep theirs.

Faults come by rules (see fault_plan.Rule), from a JSON file that holds a list of them or posted
to /-/rules while the proxy runs, or else by chance. Kinds:

    error-500, slow-down, throttled, expired-token   an error; the server sees nothing
    reset-before     the connection is reset, the server sees nothing
    lost-request     the same, halfway through the request's body
    lost-reply       the server has done it, but the connection is reset
    reset-in-response, truncated, truncated-chunks   only a part of the response comes
    slow, stalled    the body drips; it stops halfway, and nothing more comes
    flipped, garbled                                 the body of a response to GET is damaged
    shorter-length, longer-length                    Content-Length is wrong
    error-in-200     an error with status 200, where S3 may send one; the server sees nothing

With --clock-offset, the proxy's clock is off, and requests that are not signed by it are refused
as S3 refuses them. GET /-/log answers with what came: one JSON object a line, with `kind` null
for what was left alone; --log FILE keeps the lines too.
"""

import argparse
import asyncio
import datetime
import email.utils
import json
import sys

import faults_on_the_wire as faults
from fault_plan import Plan
from http_messages import Response, read_request_body, read_request_head, read_response

TOLERATED_SKEW_SECONDS = 900
# Bodies are damaged only where the client can notice: in objects, not in listings.
DAMAGING = ("flipped", "garbled", "shorter-length", "longer-length")


class Proxy:
    def __init__(self, options):
        self.target = options.target
        self.latency_seconds = options.latency_ms / 1000
        self.offset = datetime.timedelta(seconds=options.clock_offset)
        self.plan = Plan(options.seed, options.percent, options.kinds)
        if options.plan:
            with open(options.plan, encoding="utf-8") as file:
                self.plan.set_rules(json.load(file))
        self.lines = []
        self.log_file = open(options.log, "a", encoding="utf-8") if options.log else None

    async def serve(self, reader, writer):
        """Serves one connection of a client."""
        try:
            while await self.exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def exchange(self, reader, writer):
        """Serves one request; whether another one may follow."""
        request = await read_request_head(reader)
        if request is None:
            return False
        keeps = request.headers.get("connection", "").lower() != "close"
        return await self.serve_request(request, reader, writer) and keeps

    async def serve_request(self, request, reader, writer):
        """Serves one request; whether the connection is still in order."""
        if request.target.startswith("/-/"):
            return await self.control(await read_request_body(reader, request), writer)
        if self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        kind, chance = self.plan.fault(request)
        if kind in DAMAGING and not self.can_be_damaged(request):
            kind = None
        if kind == "error-in-200" and not self.may_fail_late(request):
            kind = None
        self.log(kind, request)
        if kind == "reset-before":
            faults.reset(writer)
            return False
        if kind == "lost-request":
            await reader.readexactly(int(request.headers.get("content-length", 0)) // 2)
            faults.reset(writer)
            return False
        request = await read_request_body(reader, request)
        if self.is_skewed(request):
            return await self.send(faults.refusal("skewed", request), writer)
        if kind in faults.BEFORE or kind == "error-in-200":
            return await self.send(faults.refusal(kind, request), writer)
        response = await self.forward(request)
        if kind is None:
            return await self.send(response, writer)
        return await faults.answer(kind, response, request, writer, chance)

    @staticmethod
    def can_be_damaged(request):
        return request.method == "GET" and "list-type" not in request.query

    @staticmethod
    def may_fail_late(request):
        """Whether S3 sends its headers before it knows how the request ends."""
        completes = request.method == "POST" and "uploadId=" in request.query
        return completes or "x-amz-copy-source" in request.headers

    async def send(self, response, writer):
        date = datetime.datetime.now(datetime.timezone.utc) + self.offset
        writer.write(
            response.head(date=email.utils.format_datetime(date, usegmt=True)) + response.body)
        await writer.drain()
        return True

    async def forward(self, request):
        """The server's response, without what concerns its own connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            writer.write(request.head + request.body)
            await writer.drain()
            response = await read_response(reader, request.method)
        finally:
            writer.close()
        kept = [pair for pair in response.headers if pair[0].lower() not in ("connection", "keep-alive")]
        return response._replace(headers=kept)

    def is_skewed(self, request):
        """Whether the clock is off and the request is not signed by it."""
        stamp = request.headers.get("x-amz-date")
        if not self.offset or not stamp:
            return False
        signed = datetime.datetime.strptime(stamp + "+0000", "%Y%m%dT%H%M%SZ%z")
        now = datetime.datetime.now(datetime.timezone.utc) + self.offset
        return abs((now - signed).total_seconds()) > TOLERATED_SKEW_SECONDS

    def log(self, kind, request):
        entry = {
            "kind": kind, "method": request.method, "path": request.path, "query": request.query,
            "operation": request.operation, "range": request.headers.get("range"),
        }
        self.lines.append(json.dumps(entry))
        if self.log_file:
            print(self.lines[-1], file=self.log_file, flush=True)

    async def control(self, request, writer):
        body = b""
        if request.target == "/-/rules":
            self.plan.set_rules(json.loads(request.body))
        elif request.target == "/-/log":
            body = "".join(line + "\n" for line in self.lines).encode()
        response = Response(200, "OK", [("Content-Length", str(len(body)))], body)
        writer.write(response.head() + response.body)
        await writer.drain()
        return True


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--target", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--percent", type=float, default=0)
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=[])
    parser.add_argument("--plan")
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--clock-offset", type=float, default=0)
    parser.add_argument("--log")
    options = parser.parse_args()
    if unknown := set(options.kinds) - set(faults.KINDS):
        parser.error(f"no such kinds: {', '.join(sorted(unknown))}")
    return options


async def main():
    chosen = options()
    proxy = Proxy(chosen)
    server = await asyncio.start_server(
        proxy.serve, "127.0.0.1", chosen.port, limit=1 << 20, backlog=256)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
