"""The page of the data folder names every table and column that is read."""

from pathlib import Path

from equipoise.data import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "data.md"


def test_every_column_stands_in_the_row_of_its_table():
    rows = [line.split("|")[1:3] for line in PAGE.read_text("utf-8").splitlines() if "|" in line]
    listed = {name.strip(): columns.strip().split(", ") for name, columns in rows[2:8]}
    assert listed == {name: [one.name for one in columns] for name, columns in TABLES.items()}
