"""What was captured (records), placed on the schedule (cohort), and the data folder."""

from equipoise.data.atomic import (
    replaced_folder,
    require_ending,
    require_place,
    write_file,
    written_folder,
)
from equipoise.data.check import check_records
from equipoise.data.cohort import SUBJECT_FIELDS, Cohort, Events
from equipoise.data.folder import read_folder, write_template
from equipoise.data.records import TABLES, Records
from equipoise.data.schedule import cohort_of, windows_of
from equipoise.data.text import TextTable, as_text, cell_text, read_text_rows, read_text_table

__all__ = [
    "SUBJECT_FIELDS",
    "TABLES",
    "Cohort",
    "Events",
    "Records",
    "TextTable",
    "as_text",
    "cell_text",
    "check_records",
    "cohort_of",
    "read_folder",
    "read_text_rows",
    "read_text_table",
    "replaced_folder",
    "require_ending",
    "require_place",
    "windows_of",
    "write_file",
    "write_template",
    "written_folder",
]
