"""Logic statements as text: read with Python's parser, evaluated on all rows, and written down from a truth table.

A statement is made of names, the words `not`, `and`, `xor`, `or`, `implies`, `true`, `false` and parentheses. The words bind
in this order, `not` most tightly: `a or not b and c` is `a or ((not b) and c)`. Equal words join from the left, except that
`a implies b implies c` is `a implies (b implies c)`.
"""

import ast
import functools
import itertools
import re

import numpy as np
import sympy
from sympy.logic.boolalg import ANFform, Xor

MAX_DEPTH = 200  # operators within each other; Python allows about a thousand calls within each other
MAX_INPUTS = 16
# Python's own operators bind in the order that the words need, so Python's parser can read the statement.
_OPERATORS = {"not": "~", "and": "&", "xor": "^", "or": "|", "implies": "<="}
_NODES = {ast.BitAnd: "and", ast.BitXor: "xor", ast.BitOr: "or"}
_CONSTANTS = {"true": True, "false": False}


def truth_rows(n):
    """All rows of n inputs, (2ⁿ, n) of 0 and 1, the last input changing fastest; n from 0 to 16."""
    if n > MAX_INPUTS:
        raise ValueError(f"A statement has at most {MAX_INPUTS} inputs, since all 2ⁿ rows are looked at; this has {n}.")
    return np.array(list(itertools.product([0, 1], repeat=n)), dtype=int).reshape(2**n, n)


def names_in(*statements):
    """The names in these statements, in the order in which they first appear."""
    words = itertools.chain.from_iterable(map(_tokens, statements))
    return list(dict.fromkeys(word for word in words if _is_name(word)))


def checked_names(names):
    """`names` as a list of distinct names that a statement can hold; ValueError otherwise."""
    names = list(names) if hasattr(names, "__iter__") else [names]
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[^\W\d]\w*", name) or not _is_name(name.lower()):
            raise ValueError(f"{name!r} cannot be the name of an input: take a word such as 'a' or 'x1'.")
    if len(set(names)) < len(names):
        raise ValueError(f"Each input needs a name of its own, not {', '.join(names)}.")
    return names


def truth_table(statement, names=None):
    """The outputs of a statement, (2ⁿ,) of 0 and 1, for the rows of `truth_rows`.

    Parameters: statement, text as described at the top of this module; names, the order of the inputs, by default that of
    their first appearance. Raises ValueError, in one sentence, for a statement that is not well formed, a name that is
    not in `names`, and more than 16 inputs. Taught in notebook 5.
    """
    names = names_in(statement) if names is None else checked_names(names)
    columns = dict(zip(names, truth_rows(len(names)).T.astype(bool), strict=True))
    return np.broadcast_to(_evaluate(parse(statement, names), columns), 2 ** len(names)).astype(int)


def shortest_statement(outputs, names):
    """A short statement with this truth table: the shortest of SymPy's sum of products, product of sums and xor of products.

    Parameters: outputs (2ⁿ,) of 0 and 1 for the rows of `truth_rows`, or None where either will do; names, n of them.
    """
    symbols = [sympy.Symbol(name) for name in names]
    rows = truth_rows(len(names)).tolist()
    ones = [row for row, y in zip(rows, outputs, strict=True) if y is not None and y]
    either = [row for row, y in zip(rows, outputs, strict=True) if y is None]
    if len(ones) + len(either) == len(rows) or not ones:
        return "true" if ones else "false"
    forms = [sympy.SOPform(symbols, ones, either), sympy.POSform(symbols, ones, either)]
    if not either:
        forms.append(ANFform(symbols, list(map(int, outputs))))
    return min(map(_in_words, forms), key=lambda text: len(text.split()))


def _tokens(statement):
    if not isinstance(statement, str):
        raise TypeError(f"A statement is text such as 'a and not b', not {statement!r}.")
    words = re.findall(r"[^\W\d]\w*|\d\w*|\S", statement)
    return [word.lower() if word.lower() in {**_OPERATORS, **_CONSTANTS} else word for word in words]


def _is_name(word):
    return bool(re.match(r"[^\W\d]", word)) and word not in _OPERATORS and word not in _CONSTANTS


def parse(statement, names):
    """A statement as nested tuples ("and", part, …), ("not", part), ("name", "a"), ("constant", True)."""
    words = _tokens(statement)
    _check(words, names)
    numbered = {name: f"v{i}" for i, name in enumerate(names)}
    python = " ".join(numbered.get(w) or _OPERATORS.get(w) or str(_CONSTANTS.get(w, w)) for w in words)
    try:
        tree = _from_python(ast.parse(python, mode="eval").body, names)
    except (SyntaxError, RecursionError, MemoryError):
        tree = None
    if tree is None or _depth(tree) > MAX_DEPTH:
        raise ValueError("The statement is too long or nested too deeply to be read.")
    return tree


def _depth(tree):
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [p for kind, *parts in level if kind not in ("name", "constant") for p in parts]
    return depth


def _check(words, names):
    """Raise ValueError, in one sentence, unless names and operators take turns and the parentheses match."""
    if not words:
        raise ValueError("The statement is empty.")
    open_, operand_next, before = 0, True, None
    for word in words:
        known = word in _OPERATORS or word in _CONSTANTS or word in "()" or _is_name(word)
        if not known:
            raise ValueError(
                f"{word!r} is not part of a statement: use names, {', '.join(_OPERATORS)} and parentheses."
            )
        opens = word in ("(", "not")
        is_operand = word in _CONSTANTS or _is_name(word)
        if operand_next and not (opens or is_operand):
            raise ValueError(f"A name is missing {f'between {before!r} and' if before else 'before'} {word!r}.")
        if not operand_next and (opens or is_operand):
            raise ValueError(f"Between {before!r} and {word!r} should stand and, or, xor or implies.")
        if _is_name(word) and word not in names:
            raise ValueError(f"{word!r} is none of the names {', '.join(names)}.")
        open_ += (word == "(") - (word == ")")
        if open_ < 0:
            raise ValueError("A parenthesis is closed that was never opened.")
        operand_next, before = opens or not (is_operand or word == ")"), word
    if operand_next:
        raise ValueError(f"A name is missing after {before!r}, at the end.")
    if open_:
        raise ValueError(f"{open_} {'parenthesis is' if open_ == 1 else 'parentheses are'} opened and never closed.")


def _from_python(node, names):
    if isinstance(node, ast.Name):
        return "name", names[int(node.id[1:])]
    if isinstance(node, ast.Constant):
        return "constant", node.value
    if isinstance(node, ast.UnaryOp):
        return "not", _from_python(node.operand, names)
    if isinstance(node, ast.Compare):  # Python chains comparisons: a <= b <= c is one node
        *before, last = [_from_python(part, names) for part in (node.left, *node.comparators)]
        for part in reversed(before):
            last = "implies", part, last
        return last
    kind, parts = type(node.op), []
    while isinstance(node, ast.BinOp) and type(node.op) is kind:  # a and b and c is one part of three
        parts.append(_from_python(node.right, names))
        node = node.left
    return _NODES[kind], _from_python(node, names), *reversed(parts)


def _evaluate(tree, columns):
    kind, *parts = tree
    if kind == "name":
        return columns[parts[0]]
    if kind == "constant":
        return np.array(parts[0])
    values = [_evaluate(part, columns) for part in parts]
    if kind == "not":
        return ~values[0]
    if kind == "implies":
        return ~values[0] | values[1]
    return functools.reduce({"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}[kind], values)


def _in_words(expression):
    """A SymPy expression in the words of this module."""
    words = {sympy.And: "and", sympy.Or: "or", Xor: "xor"}
    if isinstance(expression, sympy.Symbol):
        return expression.name
    if expression in (sympy.true, sympy.false):
        return str(bool(expression)).lower()
    if isinstance(expression, Xor) and sympy.true in expression.args:
        return _in_words(
            sympy.Not(Xor(*(part for part in expression.args if part != sympy.true), evaluate=False), evaluate=False)
        )
    parts = sorted(expression.args, key=lambda part: (len(part.args), str(part)))
    inside = [f"({_in_words(p)})" if p.args and not isinstance(p, sympy.Not) else _in_words(p) for p in parts]
    return f"not {inside[0]}" if isinstance(expression, sympy.Not) else f" {words[expression.func]} ".join(inside)
