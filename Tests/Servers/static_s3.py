#!/usr/bin/env python3
"""Serves the files of a folder as objects of S3: FOLDER/BUCKET/KEY. Read only, for measurements.

    static_s3.py FOLDER --port N [--latency-ms N]

GET, with ranges and If-Match, HEAD and ListObjectsV2, path style, on loopback. ETags are MD5s and
every object has a CRC32; both are worked out when an object is first asked for. Files are sent by
the kernel, and each connection has a thread, so that the server takes little time from its
client. Signatures are not looked at.
"""

import argparse
import base64
import email.utils
import hashlib
import html
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, quote_plus, unquote, urlsplit


class Checks(NamedTuple):
    """What S3 would keep of an object beside its bytes."""

    etag: str
    crc32: str


CHECKS = {}


def checks(path):
    """The checks of a file that does not change while the server runs."""
    if path not in CHECKS:
        md5, crc = hashlib.md5(), 0
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                md5.update(part)
                crc = zlib.crc32(part, crc)
        text = base64.b64encode(crc.to_bytes(4, "big")).decode()
        CHECKS[path] = Checks(f'"{md5.hexdigest()}"', text)
    return CHECKS[path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    folder: Path
    latency_seconds = 0.0

    def do_GET(self):
        time.sleep(self.latency_seconds)
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        query = parse_qs(parts.query, keep_blank_values=True)
        if bucket == "-":
            self.answer(200, b"")
        elif not key:
            self.list_objects(bucket, query)
        else:
            self.send_object(self.folder / bucket / key)

    do_HEAD = do_GET

    def send_object(self, path):
        if not path.is_file():
            return self.fail(404, "NoSuchKey")
        size, check = path.stat().st_size, checks(path)
        if self.headers.get("If-Match", check.etag) != check.etag:
            return self.fail(412, "PreconditionFailed")
        headers = {
            "ETag": check.etag,
            "Last-Modified": email.utils.formatdate(path.stat().st_mtime, usegmt=True),
            "Accept-Ranges": "bytes",
        }
        start, end, status = 0, size, 200
        if asked := self.headers.get("Range"):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end, status = int(first), min(int(last or size - 1) + 1, size), 206
            if start >= size:
                return self.fail(416, "InvalidRange")
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        elif self.headers.get("x-amz-checksum-mode"):
            headers |= {"x-amz-checksum-crc32": check.crc32, "x-amz-checksum-type": "FULL_OBJECT"}
        self.begin(status, end - start, headers)
        if self.command == "GET" and end > start:
            self.wfile.flush()
            with path.open("rb") as file:
                self.connection.sendfile(file, start, end - start)

    def list_objects(self, bucket, query):
        def value(name, default=""):
            return query.get(name, [default])[0]

        root = self.folder / bucket
        if not root.is_dir():
            return self.fail(404, "NoSuchBucket")
        after = max(value("continuation-token"), value("start-after"))
        keys = sorted(
            (key for path in root.rglob("*") if path.is_file()
             and (key := str(path.relative_to(root))).startswith(value("prefix")) and key > after),
            key=str.encode,
        )
        limit = min(int(value("max-keys", "1000")), 1000)
        page, more = keys[:limit], len(keys) > limit
        text = ['<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult>']
        text.append(f"<EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>")
        if more:
            text.append(f"<NextContinuationToken>{html.escape(page[-1])}</NextContinuationToken>")
        for key in page:
            file = root / key
            when = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(file.stat().st_mtime))
            text.append(
                f"<Contents><Key>{quote_plus(key, safe='/')}</Key><LastModified>{when}</LastModified>"
                f"<ETag>{html.escape(checks(file).etag)}</ETag><Size>{file.stat().st_size}</Size>"
                "</Contents>"
            )
        text.append("</ListBucketResult>")
        self.answer(200, "".join(text).encode())

    def fail(self, status, code):
        self.answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    def answer(self, status, body):
        self.begin(status, len(body), {"Content-Type": "application/xml"})
        if self.command == "GET":
            self.wfile.write(body)

    def begin(self, status, size, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": size}.items():
            self.send_header(name, str(value))
        self.end_headers()

    def log_message(self, *_):
        """Says nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency-ms", type=float, default=0)
    options = parser.parse_args()
    Handler.folder = options.folder
    Handler.latency_seconds = options.latency_ms / 1000
    Server(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
