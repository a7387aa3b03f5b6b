"""Reads files of SQL: statements separated by semicolons, each with the comments above it."""

import re
from typing import NamedTuple

PIECE = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`)"
    r"|(?P<end>;)|(?P<other>.)", re.DOTALL)
SAME = re.compile(r"--\s*Same (rows|values) as:\s*(.*\S)")


class Statement(NamedTuple):
    """One statement and what its comments promise."""

    sql: str
    comments: list
    same: str | None  # "rows", "values" or nothing
    command: str | None

    @property
    def kind(self):
        """The first word, and the second after CREATE."""
        words = re.sub(r"\bEXTERNAL\b|\bOR\s+REPLACE\b", "", self.sql, flags=re.I).split()
        return " ".join(words[:2] if words[0].upper() == "CREATE" else words[:1]).upper()


def statements(text):
    """The statements of a file, without their semicolons and the comments before them."""
    found, comments, sql = [], [], ""
    for piece in PIECE.finditer(text + ";"):
        if piece["end"]:
            if sql.strip():
                found.append(_statement(sql.strip(), comments))
            comments, sql = [], ""
        elif piece["comment"]:
            comments.append(piece["comment"])
            if sql.strip():
                sql += piece["comment"]  # a comment within stays
        else:
            sql += piece[0]
    return found


def _statement(sql, comments):
    promises = [match for match in map(SAME.match, comments) if match]
    if not promises:
        return Statement(sql, comments, None, None)
    return Statement(sql, comments, promises[0][1], promises[0][2])
