"""What differs, for people: a page with stored and fresh outputs side by side."""

import base64
import difflib
import io
from html import escape

from nbval_tolerance.pictures import mark_difference, read_picture

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem }
pre, table { font: 13px/1.4 ui-monospace, monospace } pre { background: #f4f4f4; overflow-x: auto; padding: .6rem }
figure { display: inline-block; margin: .5rem; max-width: 31%; vertical-align: top } img { max-width: 100% }
table.diff { border-collapse: collapse } table.diff td { padding: 0 .5rem; white-space: pre-wrap }
.diff_add { background: #b3d4fc } .diff_sub { background: #ffd8a8 } .diff_chg { background: #fff3a3 }
.diff_header { color: #666 } .diff_next { display: none } @media (prefers-color-scheme: dark) { img { background: white } }
"""


def write_report(path, reports):
    """An HTML file of all failed cells of a run, complete in itself.

    Parameters: path, of the file; reports, pytest's of failed cells, with `notebook_cell`, which may hold
    {"differs": [(kind of output, stored, fresh)]}.
    """
    parts = [
        f"<h1>{len(reports)} cell{'s' * (len(reports) != 1)} differ or fail</h1>" if reports else "<h1>All agree</h1>"
    ]
    for report in reports:
        parts += [f"<h2>{escape(report.nodeid)}</h2>", f"<pre>{escape(str(report.longrepr))}</pre>"]
        parts += [side_by_side(*difference) for difference in getattr(report, "notebook_cell", {}).get("differs", [])]
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>Notebooks</title><style>{STYLE}</style>"
    path.write_text(head + "\n".join(parts) + "</html>\n", encoding="utf-8")


def side_by_side(kind, stored, fresh):
    if kind.startswith("image/") and "svg" not in kind:
        shown = {
            "stored": (kind, stored),
            "now": (kind, fresh),
            "difference": ("image/png", difference_of(stored, fresh)),
        }
        return "".join(
            f'<figure><img alt="{name}" src="data:{mime};base64,{escape(picture)}"><figcaption>{name}</figcaption></figure>'
            for name, (mime, picture) in shown.items()
            if picture
        )
    lines = [text.splitlines() for text in (stored, fresh)]
    table = difflib.HtmlDiff(wrapcolumn=80).make_table(*lines, "stored", "now", context=True, numlines=3)
    return f"<h3>{escape(kind)}</h3>{table}"


def difference_of(stored, fresh):
    """The picture that marks what differs, as base64 of a PNG; "" where one of the two is missing or unreadable."""
    try:
        picture, buffer = mark_difference(read_picture(stored), read_picture(fresh)), io.BytesIO()
    except ValueError:
        return ""
    picture.save(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode()
