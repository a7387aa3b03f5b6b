#!/usr/bin/env python3
"""Writes the Swift of the README and of the library's articles to a file of the consumer, so that it is built.

    snippets.py Sources/consumer/Snippets.swift

Each block lies in a namespace of its own. A block for a manifest must be what the consumer's own manifest says.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("Sources/*/*.docc/*.md"))]


def main(output):
    manifest = (HERE / "Package.swift").read_text()
    imports, blocks = set(), []
    for page in PAGES:
        for block in re.findall(r"^```swift\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
            if ".package(" in block:
                product = re.search(r"\.product\(.*\)", block)[0]
                if product not in manifest or "traits: []" not in block:
                    sys.exit(f"{page.name}: the consumer's manifest differs from {product}")
                continue
            lines = block.splitlines()
            imports |= {line for line in lines if line.startswith("import ")}
            body = "\n".join(line for line in lines if not line.startswith("import ")).strip("\n")
            blocks.append(f"// {page.relative_to(ROOT)}\nenum Snippet{len(blocks) + 1} {{\n{static(body)}\n}}\n")
    if len(blocks) < 5:
        sys.exit(f"only {len(blocks)} blocks of Swift were found")
    Path(output).write_text("\n".join([*sorted(imports), "", *blocks]))
    print(f"{len(blocks)} blocks of Swift")


def static(body):
    """Functions of a namespace, which need no value of it."""
    return re.sub(r"^func ", "static func ", body, flags=re.MULTILINE)


if __name__ == "__main__":
    main(sys.argv[1])
