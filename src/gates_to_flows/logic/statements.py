"""Logic statements as text: read with Python's parser, evaluated on all rows, and written down from a truth table.

A statement is made of names, the words `not`, `and`, `xor`, `or`, `implies`, `true`, `false` and parentheses. The words bind
in this order, `not` most tightly: `a or not b and c` is `a or ((not b) and c)`. Equal words join from the left, except that
`a implies b implies c` is `a implies (b implies c)`.
"""

import ast
import functools
import itertools
import numbers
import re

import numpy as np

MAX_DEPTH = 200  # operators within each other; Python allows about a thousand calls within each other
MAX_WORDS = 4000  # with parentheses; Python 3.11 reads 2990 names in a row, 3.10 dies of 200 000
MAX_INPUTS = 16
MAX_SHORTEST = 8  # inputs of a statement that is made from a table: with more it has thousands of words
# Python's own operators bind in the order that the words need, so Python's parser can read the statement.
_OPERATORS = {"not": "~", "and": "&", "xor": "^", "or": "|", "implies": "<="}
_NODES = {ast.BitAnd: "and", ast.BitXor: "xor", ast.BitOr: "or"}
_CONSTANTS = {"true": True, "false": False}


def truth_rows(n):
    """All rows of n inputs, (2ⁿ, n) of 0 and 1, the last input changing fastest; n from 0 to 16, else ValueError."""
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 0:
        raise ValueError(f"The number of inputs should be a whole number from 0 to {MAX_INPUTS}, not {n!r}.")
    if n > MAX_INPUTS:
        raise ValueError(f"A statement has at most {MAX_INPUTS} inputs, since all 2ⁿ rows are looked at; this has {n}.")
    return np.array(list(itertools.product([0, 1], repeat=n)), dtype=int).reshape(2**n, n)


def names_in(*statements):
    """The names in these statements, in the order in which they first appear."""
    words = itertools.chain.from_iterable(map(_tokens, statements))
    return list(dict.fromkeys(word for word in words if _is_name(word)))


def checked_names(names):
    """`names` as a list of distinct names that a statement can hold; ValueError otherwise."""
    if isinstance(names, (set, frozenset)):
        raise ValueError(f"The names of the inputs need an order: give a list in place of the set {names!r}.")
    try:
        names = list(names)
    except TypeError:
        names = [names]
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
    return np.broadcast_to(evaluate(parse(statement, names), columns), 2 ** len(names)).astype(int)


def shortest_statement(outputs, names):
    """A short statement with this truth table: the shortest OR of ANDs, AND of ORs or XOR of ANDs that is found.

    The first two are made by the method of Quine and McCluskey (E. J. McCluskey, Minimization of Boolean functions, 1956), from
    the cheapest choice of products that a short search finds. There is one XOR of ANDs, and it counts if no output is None.

    Parameters: outputs (2ⁿ,) of 0 and 1 for the rows of `truth_rows`, or None where either will do; names, n of them, at most 8.
    Raises ValueError, in one sentence, for other outputs and names. Taught in notebook 5.
    """
    names = checked_names(names)
    if len(names) > MAX_SHORTEST:
        raise ValueError(f"A statement is made from a table of at most {MAX_SHORTEST} inputs; here are {len(names)}.")
    outputs = _checked_outputs(outputs, len(names))
    one, either = (np.array([y == value for y in outputs]) for value in (1, None))
    zero = ~(one | either)
    if not (one.any() and zero.any()):
        return "true" if one.any() else "false"
    forms = [
        in_words(_cheapest_products(one, either, negated=0), names, 0, "and", "or"),
        in_words(_cheapest_products(zero, either, negated=1), names, 1, "or", "and"),  # De Morgan
    ]
    if not either.any():
        forms.append(_exclusive(one, names))
    return min(forms, key=lambda text: len(text.split()))


def _checked_outputs(outputs, n):
    array = outputs if np.ma.isMaskedArray(outputs) else np.asarray(outputs, dtype=object)  # masked values stay masked
    if array.shape != (2**n,):
        given = array.shape if array.ndim else repr(outputs)
        raise ValueError(
            f"outputs should have the shape ({2**n},), one value for each row of truth_rows({n}), not {given}."
        )
    for y in array:
        if not (y is None or isinstance(y, (numbers.Real, np.bool_)) and y in (0, 1)):
            raise ValueError(f"An output should be 0, 1, True, False, or None where either will do, not {y!r}.")
    return array


def _prime_implicants(allowed):
    """The products that hold only where `allowed` (2ⁿ,) and are as wide as can be: (k, n) of 0, 1 and 2 for either."""
    n = len(allowed).bit_length() - 1
    holds = allowed.reshape((2,) * n)
    for axis in range(n):
        zero, one = np.split(holds, 2, axis)
        holds = np.concatenate([zero, one, zero & one], axis)
    prime = holds.copy()
    for axis in range(n):
        wide = np.take(holds, [2], axis)
        prime &= ~np.concatenate([wide, wide, np.zeros_like(wide)], axis)
    return np.argwhere(prime)


def _cheapest_products(wanted, either, negated):
    """Products (k, n) of 0, 1 and 2 for either that hold where `wanted` and else at most where `either`; both (2ⁿ,)."""
    products = _prime_implicants(wanted | either)
    rows = truth_rows(products.shape[1])[wanted]
    covers = ((products[:, None] == 2) | (products[:, None] == rows)).all(axis=2).astype(np.float32)
    words = 2 * (products != 2).sum(axis=1) + (products == negated).sum(axis=1)
    return products[_cheapest_cover(covers, words, np.arange(len(products)), np.arange(len(rows)), iter(range(100)))]


def _cheapest_cover(covers, cost, products, rows, tries):
    """Those of `products` that cover all `rows` at the least cost, a list; the very least unless the iterator `tries` ends."""

    def table():
        return covers[np.ix_(products, rows)]

    before = None
    while before != (len(products), len(rows)):
        before = len(products), len(rows)
        products = products[np.lexsort([-table().sum(axis=1), cost[products]])]
        products = products[~np.tril(_inside(table()), -1).any(axis=1)]  # another covers as much and costs no more
        rows = rows[np.argsort(table().sum(axis=0), kind="stable")]
        rows = rows[~np.triu(_inside(table().T), 1).any(axis=0)]  # covered whenever another is
    single = table().sum(axis=0) == 1
    needed = products[table()[:, single].any(axis=1)]
    rows = rows[~single]
    if len(rows) == 0:
        return list(needed)
    covered = table()
    best = None
    for i in np.argsort(-covered.sum(axis=1) / cost[products], kind="stable"):
        if covered[i, 0]:  # one of these must be taken, for the row with the smallest choice
            found = [products[i], *_cheapest_cover(covers, cost, products, rows[covered[i] == 0], tries)]
            if best is None or cost[found].sum() < cost[best].sum():
                best = found
            if next(tries, None) is None:
                break
    return [*needed, *best]


def _inside(sets):
    """Whether set i lies inside set j, (k, k), for sets (k, members) of 0 and 1."""
    return sets @ (1 - sets).T == 0


def _exclusive(one, names):
    """The XOR of ANDs that is 1 where `one` (2ⁿ,): there is exactly one."""
    terms = one.reshape((2,) * len(names))
    for axis in range(len(names)):
        zero, one = np.split(terms, 2, axis)
        terms = np.concatenate([zero, zero ^ one], axis)
    products = np.where(np.argwhere(terms), 1, 2)
    text = in_words(products[(products == 1).any(axis=1)], names, 0, "and", "xor")
    return f"not ({text})" if terms.flat[0] else text


def in_words(products, names, negated, inner, outer):
    """Products (k, n) of 0, 1 and 2 for either in words: names joined by `inner`, with `not` where negated, then by `outer`."""
    parts = [
        sorted((x == negated, name) for x, name in zip(row, names, strict=True) if x != 2) for row in products.tolist()
    ]
    parts.sort(key=lambda part: (len(part) if len(part) > 1 else part[0][0], part))
    texts = [f" {inner} ".join("not " * opposite + name for opposite, name in part) for part in parts]
    if len(parts) > 1:
        texts = [f"({text})" if len(part) > 1 else text for part, text in zip(parts, texts, strict=True)]
    return f" {outer} ".join(texts)


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
        tree = _from_python(ast.parse(python, mode="eval").body, names) if len(words) <= MAX_WORDS else None
    except (SyntaxError, RecursionError, MemoryError):
        tree = None
    if tree is None or _depth(tree) > MAX_DEPTH:
        raise ValueError(
            f"A statement has at most {MAX_WORDS} words, nested at most {MAX_DEPTH} deep: this one is longer or deeper."
        )
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
            raise ValueError(f"{word!r} is none of the names {', '.join(names) or '(there are none)'}.")
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


def evaluate(tree, columns):
    """What a parsed statement says, bool, for columns, a dict from each name to an array of bool."""
    kind, *parts = tree
    if kind == "name":
        return columns[parts[0]]
    if kind == "constant":
        return np.array(parts[0])
    values = [evaluate(part, columns) for part in parts]
    if kind == "not":
        return ~values[0]
    if kind == "implies":
        return ~values[0] | values[1]
    return functools.reduce({"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}[kind], values)
