"""A ledger that is damaged, gone, or of another moment than its lake."""

import shutil
import sqlite3

from world import PARTS

NAME = "_ledger.sqlite"
KINDS = ["random bytes", "random page", "cut", "empty", "WAL zeroed", "WAL of random bytes",
         "deleted", "of a smaller lake", "of a fuller lake", "no database"]
# What somebody adds who wants the ledger to do more than it says.
ADDED = {
    "trigger": "CREATE TRIGGER forget AFTER INSERT ON run BEGIN DELETE FROM object; END",
    "view": "ALTER TABLE object RENAME TO hidden; CREATE VIEW object AS SELECT * FROM hidden",
    "index": "CREATE INDEX upper_location ON object (upper(location))",
}
KINDS += list(ADDED)
# What SQLite cannot read at all, or the product does not make, so that a warning is due.
UNREADABLE = {"random bytes", "no database", *ADDED}


def damage_ledger(world, number):
    """The ledger is an index and not the truth: whatever it is, the lake becomes the same."""
    rng = world.rng
    kind = KINDS[number % len(KINDS)]
    name = f"ledger: {kind}"
    before, parts, source = world.scenario()
    if not before:
        before = frozenset([(min(parts) + 1) % PARTS])
    held = before | parts
    lake = world.copy_of(before)
    recorded = before
    ledger, log = lake / NAME, lake / f"{NAME}-wal"
    size = ledger.stat().st_size
    if kind == "random bytes":
        ledger.write_bytes(rng.randbytes(size))
    elif kind == "random page":
        with ledger.open("r+b") as file:
            file.seek(rng.randrange(max(1, size // 4096)) * 4096)
            file.write(rng.randbytes(4096))
    elif kind == "cut":
        with ledger.open("r+b") as file:
            file.truncate(rng.randrange(1, size))
    elif kind == "empty":
        ledger.write_bytes(b"")
    elif kind == "WAL zeroed":
        log.write_bytes(bytes(log.stat().st_size if log.exists() else 40_000))
    elif kind == "WAL of random bytes":
        log.write_bytes(rng.randbytes(40_000))
    elif kind == "deleted":
        for path in lake.glob(f"{NAME}*"):
            path.unlink()
    elif kind in ADDED:
        with sqlite3.connect(ledger) as connection:
            connection.executescript(ADDED[kind])
        connection.close()
    elif kind == "no database":
        ledger.write_text("this is no database\n" * 100)
    else:
        recorded = frozenset([max(before)] if kind == "of a smaller lake" else range(PARTS))
        other = world.lakes[recorded].path
        for path in lake.glob(f"{NAME}*"):
            path.unlink()
        for path in other.glob(f"{NAME}*"):
            shutil.copy(path, lake / path.name)

    case = f"ledger {number}"
    outcome = world.check_clean(name, case, lake, parts, source, held, recorded=recorded)
    warned = NAME in outcome.errors
    world.tally.fault(name, "warned" if warned else "no word")
    world.tally.check(name, case, "no warning" if kind in UNREADABLE and not warned else None)
    world.tally.check(name, case, ledger_problem(ledger))
    shutil.rmtree(lake)


def ledger_problem(path):
    """What is wrong with a ledger itself."""
    if not path.exists():
        return "there is no ledger afterwards"
    try:
        with sqlite3.connect(path) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            problems += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
        connection.close()
    except sqlite3.DatabaseError as error:
        return f"the ledger cannot be read: {error}"
    return None if problems == ["ok"] else f"the ledger is unsound: {problems[:3]}"
