"""Counts the faults by kind, the phase that they hit, and what went wrong."""

from collections import Counter


class Tally:
    """All faults of a run of the harness."""

    SHOWN_PROBLEMS = 20

    def __init__(self):
        self.hits = {}
        self.lost = Counter()
        self.doubled = Counter()
        self.problems = []
        self.notes = []
        self.checks = 0
        self.answers = 0

    def fault(self, kind, phase):
        """Counts an injected fault, and what it hit."""
        self.hits.setdefault(kind, Counter())[phase] += 1

    def check(self, kind, case, problem):
        """Counts one check; `problem` is a text or a difference of lakes, or None."""
        self.checks += 1
        if problem is None:
            return
        self.lost[kind] += getattr(problem, "lost", 0)
        self.doubled[kind] += getattr(problem, "doubled", 0)
        text = getattr(problem, "text", problem)
        self.problems.append((kind, case, text))
        if len(self.problems) <= self.SHOWN_PROBLEMS:
            print(f"  FAILED {kind}, {case}\n    {text}", flush=True)

    def note(self, text):
        """Prints, once, what could not be tried here."""
        if text not in self.notes:
            self.notes.append(text)
            print(f"  note: {text}", flush=True)

    @property
    def injected(self):
        return sum(hits.total() for hits in self.hits.values())

    def table(self):
        """One line a kind of fault."""
        lines = [("fault", "injected", "lost", "doubled", "what it hit")]
        for kind, hits in self.hits.items():
            phases = ", ".join(f"{count} {phase}" for phase, count in sorted(hits.items()))
            lines.append((kind, str(hits.total()), str(self.lost[kind]), str(self.doubled[kind]),
                          phases))
        lines.append(("all", str(self.injected), str(self.lost.total()),
                      str(self.doubled.total()), ""))
        widths = [max(len(line[column]) for line in lines) for column in range(4)]
        return "\n".join(
            "  ".join([line[0].ljust(widths[0]),
                       *(line[column].rjust(widths[column]) for column in (1, 2, 3)), line[4]])
            .rstrip() for line in lines)
