"""Which request meets which fault."""

import random
import re
from typing import NamedTuple


class Rule(NamedTuple):
    """The requests that meet a fault: those that fit, after the first `skip`, `times` of them."""

    kind: str
    method: str = ""
    path: str = ""  # a regular expression, found anywhere in the decoded path
    query: str = ""  # the same, in the query as sent
    operation: str = ""  # the name of a JSON protocol's operation
    skip: int = 0
    times: int = 1

    def fits(self, request):
        return (
            self.method in ("", request.method)
            and self.operation in ("", request.operation)
            and re.search(self.path, request.path) is not None
            and re.search(self.query, request.query) is not None
        )


class Plan:
    """Rules first, in order; then chance.

    Chance depends on the seed, the request and how often the same request came before, not on the
    order in which requests of several connections come.
    """

    def __init__(self, seed=0, percent=0, kinds=()):
        self.seed, self.percent, self.kinds = seed, percent, sorted(kinds)
        self.rules, self.met, self.seen = [], [], {}

    def set_rules(self, rules):
        """Adds rules, each a dictionary of the fields of `Rule`."""
        for rule in rules:
            self.rules.append(Rule(**rule))
            self.met.append(0)

    def fault(self, request):
        """The kind of fault for this request, or None, and a source of chance for its details."""
        name = (request.method, request.target, request.operation)
        count = self.seen[name] = self.seen.get(name, 0) + 1
        # Ids of uploads differ from run to run.
        stable = re.sub(r"uploadId=[^&]*", "uploadId", request.target)
        chance = random.Random(f"{self.seed} {request.method} {stable} {request.operation} {count}")
        for index, rule in enumerate(self.rules):
            if rule.fits(request):
                self.met[index] += 1
                if rule.skip < self.met[index] <= rule.skip + rule.times:
                    return rule.kind, chance
        if self.kinds and chance.random() * 100 < self.percent:
            return chance.choice(self.kinds), chance
        return None, chance
