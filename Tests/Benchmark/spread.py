"""The runs over the same number of lines on one day and on more, side by side."""

import statistics

from datasets import SPREAD_OBJECTS, SPREADS
from measurement import Measurement
from variants import FLOOR, JSON, PARQUET, SPILLING, SPILLING_JSON, over


class Spread(Measurement):
    def cost(self, name, other):
        """CPU by that of another variant, each by its own floor in the same round."""
        floors = {what: self.runs[self.variants[what].floor] for what in (name, other)}
        return statistics.median(
            (run.cpu / floor.cpu) / (base.cpu / base_floor.cpu)
            for run, floor, base, base_floor in zip(
                self.runs[name], floors[name], self.runs[other], floors[other])
        )

    def print_table(self):
        print(f"\n{self.lines:,} lines in {SPREAD_OBJECTS} objects, rounds: {self.rounds}")
        days = [f"{days} {'day' if days == 1 else 'days'}" for days in SPREADS]
        costs = [f"{days}/1" for days in SPREADS[1:]]
        print(
            f"{'CPU/inflate':48}" + "".join(f"{text:>9}" for text in days + costs)
            + "".join(f"{f'MiB, {text}':>14}" for text in days)
        )
        for name in (FLOOR, PARQUET, JSON, SPILLING, SPILLING_JSON):
            spread = [over(days, name) for days in SPREADS]
            ratios = [self.ratio(one) for one in spread]
            ratios += [self.cost(one, spread[0]) for one in spread[1:]]
            memory = [self.median(one, "memory") for one in spread]
            print(
                f"{name:48}" + "".join(f"{ratio:9.2f}" for ratio in ratios)
                + "".join(f"{one:14.0f}" for one in memory)
            )
