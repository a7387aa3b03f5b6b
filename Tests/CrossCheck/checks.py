"""Counts what passed and keeps what failed."""


class Group:
    """Checks that belong together and are reported in one line."""

    def __init__(self, name):
        self.name = name
        self.cases = 0
        self.passed = 0
        self.failures = []

    def check(self, case, problem):
        """Counts one check; `problem` says what is wrong, or is empty."""
        if problem:
            self.failures.append((case, problem))
        else:
            self.passed += 1

    def __str__(self):
        return (f"{self.name}: {self.cases} cases, {self.passed} checks passed, "
                f"{len(self.failures)} failed")


class Checks:
    """All groups of a run; each line is printed when its group is done."""

    SHOWN_FAILURES = 20

    def __init__(self):
        self.groups = []

    def done(self, group):
        """Prints a group's line and its first failures."""
        self.groups.append(group)
        print(group, flush=True)
        for case, problem in group.failures[:self.SHOWN_FAILURES]:
            print(f"  FAILED {case}\n    {problem}")
        if len(group.failures) > self.SHOWN_FAILURES:
            print(f"  and {len(group.failures) - self.SHOWN_FAILURES} more")

    def finish(self):
        """Prints the sum and returns the exit code."""
        passed = sum(group.passed for group in self.groups)
        failed = sum(len(group.failures) for group in self.groups)
        print(f"{passed} passed, {failed} failed")
        return 1 if failed else 0
