"""Files to write, as columns of values: types, missing values, sizes and layouts."""

import random
import struct

TYPES = [
    "boolean", "int32", "int64", "double", "bytes", "string", "date",
    "millis", "micros", "millis-utc", "micros-utc",
]
LAYOUTS = [
    {"gzip": gzip, "delta": delta, "pageRows": rows}
    for gzip in (False, True) for delta in (False, True) for rows in (1 << 16, 7)
]
MISSING = {"none": 0, "some": 0.4, "all": 1}
# Rows of each row group.
SHAPES = [[], [1], [100], [9, 1, 1000], [5000]]
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
        return self._source.choice([
            -limit - 1, limit, 0, *(self._source.randint(-spread, spread) for _ in range(20))])


def columns(source):
    """Every type, required and with none, some or all values missing."""
    return [
        Column(kind, missing, dictionary=dictionary, source=source)
        for kind in TYPES
        for missing in ("required", *MISSING)
        for dictionary in ((False, True) if kind in {"bytes", "string"} else (False,))
    ]


def files():
    """Names, columns, row groups (each a list of columns of cells) and layouts."""
    for number, shape in enumerate(SHAPES):
        for layout in LAYOUTS:
            if layout["pageRows"] == 7 and sum(shape) > 2000:
                continue
            source = random.Random(number)
            grid = columns(source)
            groups = [[column.cells(count) for column in grid] for count in shape]
            name = f"rows {shape}, {', '.join(f'{key} {value}' for key, value in layout.items())}"
            yield name, grid, groups, layout
