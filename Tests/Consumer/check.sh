#!/bin/sh
# Builds the consumer with the Swift of the documentation, runs it on a sample, and looks at what it resolved
# and what it links.
set -eu
cd "$(dirname "$0")"
samples=../../samples/exports

# It is not formatted as sources are, and goes again.
trap 'rm -f Sources/consumer/Snippets.swift' EXIT
./snippets.py Sources/consumer/Snippets.swift
swift build -c release
binary=$(swift build -c release --show-bin-path)/consumer
"$binary" $samples/day-files/bedrock-usage-20251208.json.gz >/dev/null
rows=$("$binary" "$samples"/firehose/2025/12/07/01/* | wc -l)
[ "$rows" -gt 5 ] || { echo "the consumer printed $rows rows" >&2; exit 1; }

if swift package show-dependencies | grep -E 'argument-parser|GRDB|swift-nio|async-http|crypto|swift-log'; then
    echo "the library alone resolves packages that it does not need" >&2
    exit 1
fi
if nm "$binary" | grep -E 'ArgumentParser|GRDB|NIO|sqlite3_|SSL_|SHA256' | head -5 | grep .; then
    echo "the library alone links what it does not need" >&2
    exit 1
fi
if command -v ldd >/dev/null && ldd "$binary" | grep -E 'sqlite|ssl|crypto'; then
    echo "the library alone loads what it does not need" >&2
    exit 1
fi
echo "the library alone resolves and links the library and zlib"
