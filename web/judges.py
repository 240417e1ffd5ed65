"""The exercises' judges, read from their source: importing the course would start TensorFlow."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

CHECKS = Path(__file__).resolve().parents[1] / "src" / "gates_to_flows" / "checks"
FORMS = {"function": "code", "network": "code", "words": "words", "real_numbers": "numbers"}


@dataclass
class Judge:
    """One exercise: its number ("4.2"), its name in `check`, its hints, the form of an answer, what wrong ones hear.

    In `wrong` a value that depends on the answer is shown as "…". What only concerns the form of an answer, such as the
    number of its parts, is said in `checks/__init__.py` for all exercises alike, and not listed.
    """

    number: str
    name: str
    hints: list[str]
    form: str
    wrong: list[str]


def read_judges(folder=CHECKS):
    """All judges in a folder of modules, {number: Judge} in the order of the course."""
    judges = [judge for path in folder.glob("*.py") for judge in _judges(ast.parse(path.read_text(encoding="utf-8")))]
    return {judge.number: judge for judge in sorted(judges, key=lambda judge: in_course(judge.number))}


def in_course(number):
    """A key that sorts "2.3", "2b.1" and "10.1" as the course does."""
    notebook, _, exercise = number.partition(".")
    return int(notebook.rstrip("b")), notebook.endswith("b"), int(exercise)


def _judges(module):
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    for function in functions.values():
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "exercise":
                number, *hints = map(ast.literal_eval, decorator.args)
                parts = [function, *_helpers(function, functions)]
                yield Judge(number, function.name, hints, _form(parts), _Texts(module, parts).wrong())


def _form(functions):
    called = {getattr(node.func, "id", None) for f in functions for node in ast.walk(f) if isinstance(node, ast.Call)}
    forms = list(dict.fromkeys(said for name, said in FORMS.items() if name in called))
    return "code" if "code" in forms else " and ".join(forms) or "text or array"


def _helpers(function, functions):
    """The functions of the module that a function uses, and those that they use, in the order of the source."""
    found, new = set(), {function.name}
    while new:
        used = {node.id for name in new for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
        found |= new
        new = (used & set(functions)) - found
    return [functions[name] for name in functions if name in found - {function.name}]


class _Texts:
    """The texts that some functions of a module can give, with "…" for what depends on the answer."""

    def __init__(self, module, functions):
        self.functions = functions
        self.bound = {}  # a name: pairs of what it is taken from, and the places in it
        for node in [*module.body, *(node for function in functions for node in ast.walk(function))]:
            for name, origin in self._bindings(node):
                self.bound.setdefault(name, []).append(origin)

    def _bindings(self, node):
        match node:
            case ast.Assign(targets=[target], value=value) | ast.NamedExpr(target=target, value=value):
                yield from _origins(target, value)
            case ast.For(target=target, iter=several) | ast.comprehension(target=target, iter=several):
                yield from _origins_of_each(target, several)
            case ast.Call(func=ast.Name(id=name), args=args):
                for function in self.functions[1:]:
                    if function.name == name:
                        for parameter, value in zip(function.args.args, args, strict=False):
                            yield parameter.arg, (value, ())

    def wrong(self):
        """What the judge says to wrong answers, each once."""
        texts, everywhere = [], self.bound
        for function in self.functions:
            loops = [node for node in ast.walk(function) if isinstance(node, ast.For)]
            for node in sorted(filter(_raises_wrong, ast.walk(function)), key=lambda node: node.lineno):
                around = [loop for loop in loops if node in ast.walk(loop)]
                here = {name: [origin] for loop in around for name, origin in self._bindings(loop)}
                self.bound = everywhere | here
                message = node.exc.args[0]
                texts += self._slips(message) or self._variants(message)
        return _once(texts)

    def _slips(self, node):
        """Of a message that opens like "You gave 3.2. " and goes on with one of several sentences: these sentences."""
        match node:
            case ast.JoinedStr(values=[*opening, ast.FormattedValue(value=ast.Name() | ast.Subscript() as slip)]):
                sentences = self._variants(slip)
                before = ast.unparse(ast.JoinedStr(opening))
                if len(sentences) > 1 and re.search(r"[.?:] ['\"]$", before):
                    return [re.sub("^[a-z](?=[a-z])", lambda first: first[0].upper(), text) for text in sentences]
        return []

    def returned(self, function, seen=frozenset()):
        inner = [n for n in ast.walk(function) if isinstance(n, ast.FunctionDef | ast.Lambda) and n is not function]
        inside = {node for part in inner for node in ast.walk(part)}
        returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node not in inside]
        return _once(text for node in returns for text in self._variants(node, seen))

    def _variants(self, node, seen=frozenset()):
        """All texts that an expression can give; none, if it is no text."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=parts):
                return self._joined(parts, seen)
            case ast.FormattedValue(value=value, format_spec=None):
                return self._variants(value, seen)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self._joined([left, right], seen)
            case ast.BinOp(op=ast.Mult(), left=ast.Constant(value=str(text))):  # an ending, or nothing
                return [text]
            case ast.IfExp(body=body, orelse=orelse):
                texts = [text for part in (body, orelse) for text in self._variants(part, seen)]
                texts = [text for text in texts if re.search(r"\w", text)]
                return texts if any(map(_is_sentence, texts)) else [" or ".join(texts)] if texts else []
            case ast.Name(id=name) if name not in seen:
                found = self.bound.get(name, [])
                return [text for value, places in found for text in self._sentences(value, places, seen | {name})]
            case ast.Subscript(value=value, slice=ast.Slice(lower=ast.Constant(value=int(start)))):
                return [text[start:] for text in self._variants(value, seen)]
            case ast.Subscript(value=value):
                return self._sentences(value, (None,), seen)
            case ast.Call(func=ast.Name(id=name)) if name not in seen:
                called = [function for function in self.functions[1:] if function.name == name]
                return [text for function in called for text in self.returned(function, seen | {name})]
        return []

    def _joined(self, parts, seen):
        texts = [""]
        for part in parts:
            texts = [text + variant for text in texts for variant in self._variants(part, seen) or ["…"]]
        return texts if any(re.search(r"\w", text) for text in texts) else []

    def _sentences(self, node, places, seen):
        """The sentences at these places of a table of slips, or of what else a name is taken from."""
        place, *rest = places or (None,)
        match node:
            case ast.Dict(keys=keys, values=values):
                spread = [value for key, value in zip(keys, values, strict=True) if key is None]  # {**more}
                found = [text for more in spread for text in self._sentences(more, places, seen)]
                inside = [key if place == 0 else value for key, value in zip(keys, values, strict=True) if key]
                return found + [text for part in inside for text in self._sentences(part, tuple(rest), seen)]
            case ast.BoolOp(values=inside):
                rest = places
            case ast.List(elts=inside) if place is None:
                pass
            case ast.Tuple(elts=elements):
                inside = elements if place is None else elements[place : place + 1]
            case ast.Call(func=ast.Name(id="next"), args=args):
                inside, rest = args, places
            case ast.Call(func=ast.Attribute(value=table, attr="get" | "items" | "values")):
                inside, rest = [table], places
            case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
                inside = [element]
            case ast.Name(id=name) if name not in seen:
                found = self.bound.get(name, [])
                return [t for value, first in found for t in self._sentences(value, (*first, *places), seen | {name})]
            case _:
                return list(filter(_is_sentence, self._variants(node, seen)))
        return [text for part in inside for text in self._sentences(part, tuple(rest), seen)]


def _origins(target, value, places=()):
    """Names with what they are taken from. Places lead into it: numbers into a tuple, None to all parts of a list."""
    if isinstance(target, ast.Tuple):
        for place, part in enumerate(target.elts):
            yield from _origins(part, value, (*places, place))
    elif isinstance(target, ast.Name):
        yield target.id, (value, places)


def _origins_of_each(target, several):
    match several, target:
        case ast.Call(func=ast.Attribute(value=table, attr="items")), _:
            yield from _origins(target, table)
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]), ast.Tuple(elts=[_, part]):
            yield from _origins_of_each(part, inner)
        case ast.Call(func=ast.Name(id="zip"), args=columns), ast.Tuple(elts=parts):
            for part, column in zip(parts, columns, strict=False):  # a column may be *several
                yield from _origins_of_each(part, column)
        case _:
            yield from _origins(target, several, (None,))


def _is_sentence(text):
    return text.count(" ") > 2


def _raises_wrong(node):
    return isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and ast.unparse(node.exc.func) == "Wrong"


def _once(texts):
    """The texts without repetition, and without those that hold little but what depends on the answer."""
    tidy = [re.sub(r"^\(…\) |^…[:?]? ?(?=[A-Z])|(?<=…) ?…", "", text).strip() for text in texts]
    return list(dict.fromkeys(text for text in tidy if len(re.findall(r"\w+", text)) > 2))
