"""Half-written files and other things under `_staging`."""

import shutil

KIND = "torn staging"


def staged(name):
    """The name of a day file in the making."""
    return name.replace(".", "_") + ".partial"


def tear_staging(world, number):
    """Puts what an interrupted run, or anything else, could have left; the run is to clear it."""
    rng = world.rng
    before, parts, source = world.scenario()
    after = world.lakes[before | parts].state
    lake = world.copy_of(before)
    outside = world.folder / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"kept")
    staging = lake / "_staging"
    staging.mkdir(exist_ok=True)
    # Those that the run will write, and those of versions before.
    files = {name.split("/")[-1]: content for name, content in after.days.items()}
    files |= {staged(name): content for name, content in files.items()}
    names = sorted(files)

    def torn(name):
        content = files[name]
        (staging / name).write_bytes(content[:rng.randrange(len(content))])

    def garbage(name):
        (staging / name).write_bytes(rng.randbytes(rng.randrange(1, 100_000)))

    def read_only(name):
        garbage(name)
        (staging / name).chmod(0o400)

    def folder(name):
        (staging / name / "nested" / "deeper").mkdir(parents=True)
        (staging / name / "nested" / "file").write_bytes(b"x")

    def link(name):
        (staging / name).symlink_to(outside / "kept")

    def folder_link(name):
        (staging / name).symlink_to(outside)

    def dangling(name):
        (staging / name).symlink_to(outside / "nothing")

    kinds = [torn, garbage, read_only, folder, link, folder_link, dangling]
    made = []
    for name in rng.sample(names, rng.randrange(1, len(names) + 1)):
        made.append(kinds[(number + len(made)) % len(kinds)])
        made[-1](name)
    for name in (".nfs000001", "a b\n.json", "0-export-lines-0123456789abcdef.jsonl"):
        if rng.random() < 0.5:
            rng.choice([garbage, folder, link])(name)

    case = f"staging {number}: " + ", ".join(each.__name__ for each in made)
    world.tally.check(KIND, case, world.report_problem(lake, [world.lakes[before]]))
    outcome = world.check_clean(KIND, case, lake, parts, source, before | parts)
    world.tally.fault(KIND, f"ended with {outcome.code}")
    is_kept = (outside / "kept").exists() and (outside / "kept").read_bytes() == b"kept"
    world.tally.check(KIND, case, None if is_kept and len(list(outside.iterdir())) == 1
                      else "what a link led to was changed")
    shutil.rmtree(lake)
    shutil.rmtree(outside)
