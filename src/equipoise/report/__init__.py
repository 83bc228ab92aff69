"""Pages of a trial: lays results out, computes nothing."""

from equipoise.report.chapter import chapter_document
from equipoise.report.document import trial_report
from equipoise.report.docx import render_docx
from equipoise.report.html import render_html
from equipoise.report.pdf import render_pdf
from equipoise.report.plan import plan_document
from equipoise.report.qualification import qualification_report
from equipoise.report.write import summary, write_report

__all__ = [
    "chapter_document",
    "plan_document",
    "qualification_report",
    "render_docx",
    "render_html",
    "render_pdf",
    "summary",
    "trial_report",
    "write_report",
]
