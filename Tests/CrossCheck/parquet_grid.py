"""Files to write, as columns of values: types, missing values, sizes and layouts."""

import itertools
import random
import struct

TYPES = [
    "boolean", "int32", "int64", "double", "bytes", "string", "date",
    "millis", "micros", "millis-utc", "micros-utc",
]
LAYOUTS = [
    {"codec": codec, "delta": delta, "pageRows": rows}
    for codec in ("none", "gzip", "frequencies") for delta in (False, True)
    for rows in (1 << 16, 7)
]
MISSING = {"none": 0, "some": 0.4, "all": 1}
# Rows of each row group.
SHAPES = [[], [1], [100], [9, 1, 1000], [3000]]
# Days and seconds that every implementation can show as a date.
DAYS = 100_000
SECONDS = DAYS * 86_400


class Column:
    """A column: what it is, and its cells as `parquet-tool` writes them down, or None."""

    def __init__(self, kind, missing, *, dictionary, source):
        self.kind = kind
        self.name = f"{kind} {missing} {'dictionary' if dictionary else 'plain'}"
        self.optional = missing != "required"
        self.dictionary = dictionary
        self._share = MISSING.get(missing, 0)
        self._source = source
        self._spread = source.choice([1, 300, 1 << 40])

    def cells(self, count):
        return [
            None if self._source.random() < self._share else self._cell()
            for _ in range(count)
        ]

    def _cell(self):
        source = self._source
        match self.kind:
            case "boolean": return str(source.randint(0, 1))
            case "int32": return str(self._integer(31))
            case "int64": return str(self._integer(63))
            case "double":
                nans = [float("nan")] if self._spread == 1 else []
                value = source.choice([*nans, 0.0, -0.0, 1.5, float("inf"), -1e-300, source.random()])
                return struct.pack(">d", value).hex()
            case "bytes": return source.randbytes(source.choice([0, 1, 5])).hex()
            case "string":
                return source.choice(["", "é", "a" * 70, f"{source.randint(0, 99)}", "日本"]).encode().hex()
            case "date": return str(source.randint(-DAYS, DAYS))
            case "millis" | "millis-utc": return str(source.randint(-SECONDS, SECONDS) * 1000 + 7)
            case _: return str(source.randint(-SECONDS, SECONDS) * 1_000_000 + 7)

    def _integer(self, bits):
        limit = (1 << bits) - 1
        spread = min(self._spread, limit)
        edges = {0: -limit - 1, 1: limit, 2: 0}
        return edges.get(self._source.randrange(23), self._source.randint(-spread, spread))


def columns(source):
    """Every type, required and with none, some or all values missing."""
    return [
        Column(kind, missing, dictionary=dictionary, source=source)
        for kind in TYPES
        for missing in ("required", *MISSING)
        for dictionary in ((False, True) if kind in {"bytes", "string"} else (False,))
    ]


class TextColumn(Column):
    """A column of texts that lie as those of one pattern do."""

    PATTERNS = ["times", "random", "prefixes", "empty", "long", "gaps"]

    def __init__(self, pattern, kind, *, optional, dictionary, source):
        super().__init__(
            kind, "none" if optional else "required", dictionary=dictionary, source=source)
        self.name = f"{pattern} {self.name}"
        self._pattern = pattern

    def cells(self, count):
        return [text if text is None else text.hex() for text in self._texts(count)]

    def _texts(self, count):
        source = self._source
        for row in range(count):
            match self._pattern:
                case "times":
                    yield f"2025-12-07T00:{row // 60:02}:{row % 60:02}.{row * 997:06}Z".encode()
                case "random": yield source.randbytes(16).hex().encode()
                # What one has in common with the one before grows, shrinks and ends within a sign.
                case "prefixes": yield ("日本" * source.randint(0, 9) + "é" * (row % 3)).encode()
                case "empty": yield b"" if row % 5 else b"\0"
                # Of one length, shorter, and the same again; some all but the same.
                case "long":
                    yield b"x" * ((1 << 20) - row // 100 % 2) + b"y" if row % 100 < 2 else b"x"
                # Pages in which nothing is there.
                case "gaps":
                    is_missing = self.optional and row // 40 % 2
                    yield None if is_missing else f"request {row}".encode()


def text_files():
    """The same of texts: close to each other, at random, long, or missing in stretches."""
    layouts = itertools.product(
        ("none", "gzip", "frequencies"), (False, True),
        [(1 << 16, 1 << 20, 1 << 23), (7, 1 << 20, 1 << 23), (1 << 16, 100, 0)])
    for number, (codec, delta, (page_rows, page_bytes, dictionary_bytes)) in enumerate(layouts):
        source = random.Random(number)
        texts = [
            TextColumn(pattern, kind, optional=optional, dictionary=dictionary, source=source)
            for pattern in TextColumn.PATTERNS for kind in ("string", "bytes")
            for optional in (False, True) for dictionary in (False, True)
            # A few MiB in each of these.
            if pattern != "long" or (kind == "string" and optional != dictionary)
        ]
        groups = [[column.cells(count) for column in texts] for count in (201, 80)]
        layout = {"codec": codec, "delta": delta, "pageRows": page_rows,
                  "pageBytes": page_bytes, "dictionaryBytes": dictionary_bytes}
        name = f"texts, {', '.join(f'{key} {value}' for key, value in layout.items())}"
        yield name, texts, groups, layout


class ExtremeColumn(TextColumn):
    """A column of texts as long, or as different, as can be, and of NUL."""

    PATTERNS = ["nul", "same", "different", "some"]

    def _texts(self, count):
        for row in range(count):
            match self._pattern:
                case "nul": yield b"\0" * (row % 70)
                case "same": yield b"x" * 5000
                case "different": yield b"y" * 995 + str(row).encode()
                case "some":
                    is_missing = self.optional and row % 2
                    yield None if is_missing else b"z" * (20_000 if row % 50 == 0 else 1)


def extreme_files():
    """Texts for which one row group has no room."""
    for number, (codec, delta, dictionary_bytes) in enumerate(
            itertools.product(("none", "gzip", "frequencies"), (False, True), (0, 30_000))):
        source = random.Random(1000 + number)
        texts = [
            ExtremeColumn(pattern, "string", optional=optional, dictionary=dictionary, source=source)
            for pattern in ExtremeColumn.PATTERNS
            for optional in (False, True) for dictionary in (False, True)]
        texts.append(Column("int64", "some", dictionary=False, source=source))
        groups = [[column.cells(count) for column in texts] for count in (150, 1)]
        layout = {"codec": codec, "delta": delta, "pageRows": 1 << 16, "pageBytes": 10_000,
                  "dictionaryBytes": dictionary_bytes, "rowGroupBytes": 100_000}
        yield f"extremes, {', '.join(f'{key} {value}' for key, value in layout.items())}", \
            texts, groups, layout


def files():
    """Names, columns, row groups (each a list of columns of cells) and layouts."""
    for number, shape in enumerate(SHAPES):
        source = random.Random(number)
        grid = columns(source)
        groups = [[column.cells(count) for column in grid] for count in shape]
        for layout in LAYOUTS:
            if layout["pageRows"] == 7 and sum(shape) > 2000:
                continue
            name = f"rows {shape}, {', '.join(f'{key} {value}' for key, value in layout.items())}"
            yield name, grid, groups, layout
    yield from text_files()
    yield from extreme_files()
