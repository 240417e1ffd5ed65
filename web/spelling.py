"""British words in American spelling, for the search: readers type what they are used to."""

import re

WORD = re.compile(r"[^\W\d_]{3,}")
ENDINGS = [
    (r"(?<=\w{4})is(ations?|e[drs]?|ing)$", r"iz\1"),
    (r"ys(e[drs]?|ing)$", r"yz\1"),
    (r"(?<=\w\w)our(ed|ing|s|less|able|ful|hoods?|ite|)$", r"or\1"),
    (r"(?<=[bt])re(d?|s?)$", r"er\1"),
    (r"ogue(s?)$", r"og\1"),
    (r"([aeiou][^aeiou]+[ae]l)l(ed|ing|ers?)$", r"\1\2"),
]


def american(text):
    """The text as an American may write it. By rules: some of what they make are no words, and nobody types those."""
    return WORD.sub(lambda word: _american(word[0]), text)


def _american(word):
    return next((new for british, other in ENDINGS if (new := re.sub(british, other, word)) != word), word)
