"""Spoils lakes, answers and messages, and shows that the comparisons notice."""

import gzip
import json
import shutil

from calls import DAYS, SECRET, kept
from commands import DONE, IO_FAILED, SOME_REJECTED, Outcome
from lake_state import LakeState, difference, illegal, misplaced, model_difference
from world import PARTS, answer_problem


def check_noticing(world):
    """Prints what was spoilt; what is not noticed is a problem."""
    everything, less = frozenset(range(PARTS)), frozenset([0])
    whole, part = world.lakes[everything], world.lakes[less]
    days = kept(world.calls_of(world.objects(everything)))

    def check(case, problem, wanted=True):
        if problem and wanted:
            print(f"  {case}: {getattr(problem, 'text', problem)}")
        world.tally.check("self-test", case, None if bool(problem) == wanted else
                          "not noticed" if wanted else f"found fault with: {problem}")

    def lake_problems(lake):
        state = LakeState.of(lake)
        return (difference(state, whole.state), illegal(state, [part.state, whole.state]),
                model_difference(state, days), world.report_problem(lake, [part, whole]),
                misplaced(lake))

    for case, spoil, noticed in _SPOILT_LAKES:
        lake = world.copy_of(everything)
        spoil(world, lake)
        names = ["bytes", "legal states", "model", "report", "places"]
        for name, problem in zip(names, lake_problems(lake)):
            check(f"{case}, {name}", problem, name in noticed)
            if case in _ROWS and name in noticed:
                wrong = "" if problem and problem[1:] == _ROWS[case] else f"counted as {problem}"
                check(f"{case}, {name}: rows lost and doubled", wrong, False)
        shutil.rmtree(lake)

    answer = json.loads(world.commands.report(whole.path, DAYS[0], DAYS[-1]).output)
    check("an answer", answer_problem(answer, [whole]), False)
    answer["rows"][0]["request_count"] += 1
    check("an answer that counts a call too many", answer_problem(answer, [part, whole]))

    for case, outcome, codes, wanted in (
        ("a message", Outcome(SOME_REJECTED, "{}", "a/b: line 1", 0), {SOME_REJECTED}, False),
        ("another code", Outcome(DONE, "{}", "", 0), {IO_FAILED}, True),
        ("a signal", Outcome(-11, "", "", 0), {DONE, SOME_REJECTED, IO_FAILED}, True),
        ("log content in a message", Outcome(IO_FAILED, "", f"a/b: {SECRET}", 0), {IO_FAILED},
         True),
        ("log content in a summary", Outcome(DONE, SECRET, "", 0), {DONE}, True),
        ("no message", Outcome(IO_FAILED, "", "", 0), {IO_FAILED}, True),
        ("a message without a name", Outcome(IO_FAILED, "", "No space", 0), {IO_FAILED}, True),
        ("a summary after a failure", Outcome(IO_FAILED, "{}", "a/b: x", 0), {IO_FAILED}, True),
    ):
        check(case, outcome.problem(codes, naming=["a/b"]), wanted)


# --- Ways to spoil a lake ------------------------------------------------------------------------


def _sound(world, lake):
    pass


def _day_file(lake, number=0):
    return sorted(lake.glob("year=*/month=*/day=*/*"))[number]


def _change_rows(lake, change):
    path = _day_file(lake)
    rows = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    change(rows)
    path.write_bytes(gzip.compress(b"".join(rows), mtime=0))


def _remove_row(world, lake):
    _change_rows(lake, lambda rows: rows.pop(len(rows) // 2))


def _double_row(world, lake):
    _change_rows(lake, lambda rows: rows.insert(len(rows) // 2, rows[len(rows) // 2]))


def _compress_anew(world, lake):
    _change_rows(lake, lambda rows: None)


def _change_count(world, lake):
    def change(rows):
        row = json.loads(rows[0])
        row["input_tokens"] += 1
        rows[0] = (json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n").encode()
    _change_rows(lake, change)


def _swap_days(world, lake):
    first, second = _day_file(lake, 0), _day_file(lake, 1)
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])


def _mix_states(world, lake):
    other = world.copy_of([1], world.folder / "other-lake")
    _day_file(lake).write_bytes(_day_file(other).read_bytes())
    shutil.rmtree(other)


def _cut_day(world, lake):
    path = _day_file(lake)
    path.write_bytes(path.read_bytes()[:-9])


def _remove_day(world, lake):
    _day_file(lake).unlink()


def _add_file(world, lake):
    (_day_file(lake).parent / "copy.json").write_bytes(b"")


def _remove_rejected(world, lake):
    of_part = world.lakes[frozenset([0])].state.rejected
    next(path for path in sorted(lake.glob("_rejected/*"))
         if str(path.relative_to(lake)) not in of_part).unlink()


def _leave_staging(world, lake):
    (lake / "_staging" / "x").write_bytes(b"x")


def _leave_temporary(world, lake):
    (lake / "x.tmp").write_bytes(b"x")


# How many rows are then lost and doubled.
_ROWS = {"a row removed": (1, 0), "a row doubled": (0, 1)}
# What is spoilt, and which comparisons must notice; the others must not.
_SPOILT_LAKES = [
    ("sound", _sound, set()),
    ("a row removed", _remove_row, {"bytes", "legal states", "model", "report"}),
    ("a row doubled", _double_row, {"bytes", "legal states", "model", "report"}),
    # The rows are the same, but a report cannot know that nobody meant otherwise.
    ("other compression", _compress_anew, {"bytes", "legal states", "report"}),
    ("a count changed", _change_count, {"bytes", "legal states", "model", "report"}),
    ("two days swapped", _swap_days, {"bytes", "legal states", "model", "report"}),
    ("a day of another run", _mix_states, {"bytes", "legal states", "model", "report"}),
    ("a day cut", _cut_day, {"bytes", "legal states", "model", "report"}),
    ("a day removed", _remove_day, {"bytes", "legal states", "model", "report"}),
    ("a file too many", _add_file, {"bytes", "legal states", "model"}),
    ("rejected lines removed", _remove_rejected, {"bytes"}),
    ("staging not cleared", _leave_staging, {"places"}),
    ("a file beside the days", _leave_temporary, {"places"}),
]
