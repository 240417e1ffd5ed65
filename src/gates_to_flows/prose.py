"""The prose of a markdown cell, and code that was swallowed by it."""

import ast
import re

MARKERS = (
    r"\s*(?:@@|# ?%%|%%\w|\+\+\+(?:\s|$)|```\{code-cell)"  # between cells, in the tools in which notebooks are written
)
OPENS_CALL = r"\s*(?:\w+\s*=\s*)?[A-Za-z_][\w.]*\(.*[,(\[{]\s*$"


def without_fences(text):
    return re.sub(r"^(```|~~~).*?^\1", " ", text, flags=re.M | re.S)


def without_code(text):
    return re.sub(r"(`+).*?\1", " ", without_fences(text), flags=re.S)


def swallowed(text):
    """The first line of a markdown cell that is code, or a marker between cells, and stands in no fence; or None."""
    lines = re.sub(r"\$\$.*?\$\$", " ", without_fences(text), flags=re.S).splitlines()
    return next((line for line in lines if re.match(MARKERS, line) or re.match("```|~~~", line) or is_code(line)), None)


def is_code(line):
    try:
        statements = ast.parse(line.strip()).body
    except (SyntaxError, ValueError, MemoryError):  # a very long line
        return re.match(OPENS_CALL, line) or re.match(r"\s*(?:for .* in|def|class) .*:\s*$", line)
    kinds = ast.Assign | ast.AugAssign | ast.Import | ast.ImportFrom | ast.Delete
    return any(
        isinstance(node, kinds) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        for node in statements
    )
