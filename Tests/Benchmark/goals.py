"""What the product is to reach, beside what it did."""

import variants
from datasets import SPREADS

MEMORY_BASE = 64  # MiB
MEMORY_PER_RECORD = 160  # bytes, of the largest day
SPREAD_COST = 1.1  # CPU over more days, by that of one day
SPILL_COST = 1.5  # CPU past the budget of memory, by that within it


def goals():
    """What is bounded, the unit, the bound, and the figure of a measurement that it bounds."""
    for name, bound in [(variants.PARQUET, 2.0), (variants.LATE, 1.0), (variants.LAKE, 0.1)]:
        yield f"{name}: CPU/inflate", bound, lambda measured, name=name: measured.ratio(name)
    for name in [variants.PARQUET, variants.LATE, variants.JSON]:
        yield (
            f"{name}: B/record over {MEMORY_BASE} MiB", MEMORY_PER_RECORD,
            lambda measured, name=name: measured.bytes_per_record(name),
        )


def spread_goals():
    """The same of lines that are spread over days."""
    over = variants.over
    pairs = [
        (variants.PARQUET, 1.7, variants.SPILLING), (variants.JSON, 2.3, variants.SPILLING_JSON)
    ]
    for name, bound, spilling in pairs:
        for days in SPREADS:
            many = over(days, name)
            yield f"{many}: CPU/inflate", bound, lambda measured, many=many: measured.ratio(many)
            if days > 1:
                yield (
                    f"{many}: by that of one day", SPREAD_COST,
                    lambda measured, many=many, name=name: measured.cost(many, over(1, name)),
                )
                yield (
                    f"{over(days, spilling)}: by that without", SPILL_COST,
                    lambda measured, many=many, spilled=over(days, spilling):
                        measured.cost(spilled, many),
                )


def print_goals(measurements, spreads):
    """Prints one line a goal, with a column for each size."""
    print("\nGoals, and what was measured")
    print(f"{'':68}{'goal':>7}" + "".join(f"{f'{m.lines:,} lines':>26}" for m in measurements))
    for found, measured in [(goals(), measurements), (spread_goals(), spreads)]:
        for name, bound, figure in found:
            cells = [verdict(figure(one), bound) for one in measured]
            print(f"{name:68}{bound:7}" + "".join(f"{cell:>26}" for cell in cells))
    if len(measurements) > 1:
        print_growth(measurements[0], measurements[-1])


def verdict(value, bound):
    figure = f"{value:.2f}" if bound < 10 else f"{value:.0f}"
    if value <= bound:
        return f"{figure}  reached"
    return f"{figure}  missed by {100 * (value / bound - 1):.0f} %"


def print_growth(small, large):
    """Cost grows linearly where the ratio to the floor stays what it is."""
    print(f"\nGrowth: CPU/inflate at {large.lines:,} lines by that at {small.lines:,} (linear: 1.00)")
    for name in [
        variants.PARQUET, variants.LATE, variants.LAKE, variants.JSON, variants.SOURCE,
        variants.DUCKDB, variants.DUCKDB_INGEST, variants.DUCKDB_LAKE,
    ]:
        if name in small.runs:
            print(f"{name:58}{large.ratio(name) / small.ratio(name):7.2f}")
