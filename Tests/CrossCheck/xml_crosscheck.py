"""Checks what is read of XML, and what is refused, against expat, over documents drawn at random from a fixed
seed and damaged.

    xml_crosscheck.py TOOL [--self-test]

TOOL is the built `aws-tool`. With --self-test, documents are changed for one of the two, and that must be noticed.
"""

import base64
import json
import os
import random
import re
import subprocess
import sys
import xml.parsers.expat

SEED = 20251207
DOCUMENTS = max(1, int(os.environ.get("METER_FUZZ_ROUNDS", "1000")) // 1000) * 20_000

NAMES = ["a", "Key", "\u00e4", "x1", "_", "Contents", "b-c.d", "s:k"]
TEXTS = [
    "k", " ", "\n", "\r\n", "\r", "\t", "\u00e9", "\U0001f600", "]", "]]", ">", "'", '"', "&lt;", "&gt;", "&amp;",
    "&quot;", "&apos;", "&#65;", "&#x1F600;", "&#13;", "&#xfffd;", "<![CDATA[]]>", "<![CDATA[<&]]>",
    "<![CDATA[\r\n]] >]]>", "<!---->", "<!-- <a> & -->", "<?b?>", "<?b <c>?>",
]
VALUES = ["", "v", "&amp;", "&#9;", "\u00e9", ">", "\n"]
HEADS = ["", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='utf-8'?>\n", "<!-- c -->", "\ufeff"]
BLOWS = [text.encode() for text in TEXTS + [
    "<", ">", "/", "&", "&#", ";", "=", "<a>", "</a>", "<!", "<!--", "-->", "--", "<?", "?>", "<![CDATA[", "]]>",
    "&b;", "&#0;", "&#xD800;", "&#xFFFE;", "\0", "\x1b", "\ufffe", "\uffff", " a=''", "<!DOCTYPE a>",
]] + [b"\x80", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b""]


def element(random, depth):
    name = random.choice(NAMES)
    start = "<" + name
    for attribute in NAMES[:random.randint(0, 2)]:
        quote = random.choice("'\"")
        start += f" {attribute}={quote}{random.choice(VALUES)}{quote}"
    if random.random() < 0.15:
        return start + "/>"
    inner = "".join(
        element(random, depth + 1) if depth < 6 and random.random() < 0.4 else random.choice(TEXTS)
        for _ in range(random.randint(0, 4)))
    return f"{start}{random.choice(['', ' '])}>{inner}</{name}>"


def draw(random):
    document = (random.choice(HEADS) + element(random, 0) + random.choice(["", "\n", "<?b?>"])).encode()
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        start = random.randint(0, len(document))
        document = document[:start] + random.choice(BLOWS) + document[start + random.randint(0, 3):]
    return document


def joined(pieces):
    """Pieces with texts that follow each other put together."""
    result = []
    for piece in pieces:
        if piece[0] == "text" and result and result[-1][0] == "text":
            result[-1][1] += piece[1]
        elif piece[0] != "text" or piece[1]:
            result.append(list(piece))
    return [[text.replace(NEWER, OLDER) for text in piece] for piece in result]


# Letters of names since the fifth edition of XML, which expat does not know; and one that it knows.
NEWER, OLDER = "\U0001f600", "\u00fc"


def expected(document):
    """What expat makes of a document; None if it is none, or has a document type, which is refused."""
    pieces = []
    document = document.replace(NEWER.encode(), OLDER.encode())

    def refuse(*_):
        raise ValueError

    # White space before the declaration is what S3 sends while it works.
    document = re.sub(rb"^[ \t\r\n]+(?=<\?xml)", b"", document)
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: pieces.append(("start", name))
    parser.EndElementHandler = lambda _: pieces.append(("end",))
    parser.CharacterDataHandler = lambda text: pieces.append(("text", text))
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(document, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError):
        return None
    return joined(pieces)


def read(tool, documents):
    lines = b"".join(base64.b64encode(document) + b"\n" for document in documents)
    output = subprocess.run([tool, "xml"], input=lines, stdout=subprocess.PIPE, check=True).stdout
    answers = [json.loads(line) for line in output.splitlines()]
    return [(None if "fault" in answer else joined(answer["pieces"]), answer) for answer in answers]


def differences(tool, documents, others):
    """The documents that the two do not read alike."""
    found = []
    for document, (pieces, answer), oracle in zip(documents, read(tool, documents), map(expected, others), strict=True):
        # expat takes any version, and looks at the beginning of an encoding's name alone.
        if pieces is None and answer["fault"].startswith("a version or an encoding"):
            continue
        if pieces != oracle:
            found.append((document, answer.get("fault"), pieces, oracle))
    return found


def main():
    tool, *options = sys.argv[1:]
    draws = random.Random(SEED)
    documents = [draw(draws) for _ in range(DOCUMENTS)]
    if options == ["--self-test"]:
        others = [draw(draws) for _ in documents]
        noticed = len(differences(tool, documents, others))
        if noticed < DOCUMENTS // 4:
            sys.exit(f"of {DOCUMENTS} documents that are others, only {noticed} were noticed")
        print(f"self-test: {noticed} of {DOCUMENTS} changed documents were noticed")
        return
    found = differences(tool, documents, documents)
    for document, fault, pieces, oracle in found[:20]:
        print(f"{document!r}: {fault or pieces}, and by expat {oracle}")
    if found:
        sys.exit(f"{len(found)} of {DOCUMENTS} documents are read otherwise than by expat")
    refused = sum(expected(document) is None for document in documents)
    print(f"{DOCUMENTS} documents are read as by expat, of which {refused} are refused")


if __name__ == "__main__":
    main()
