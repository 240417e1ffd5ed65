"""The course as a web site, in site/html: `make site`. From the notebooks as they are stored; nothing is run.

site/begun/ holds what Sphinx reads, until it is done, and site/static/ the part of MathJax that it needs.
"""

import re
import runpy
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
from PIL import Image

import course_pages
from handout import read_notebooks
from judges import read_judges
from notebook_pages import PAGES, ROOT, linked, page
from teacher_pages import teacher_pages

WEB, SITE = ROOT / "web", ROOT / "site"
# Notebooks whose pictures stand on the front page, one for each part.
EMBLEMS = "02_", "06_", "08_", "11_", "16_", "21_"
FROM_README = {
    "run.md": ("Run it yourself", "Two commands"),
    "regression.md": ("How it is tested", "How regression works"),
}
PART = re.compile(r"\*\*([IV]+ · [^*]+)\*\* \((\d+)(?:(?:–|, )(\d+))?\)")
SCRIPT = re.compile(r'<script(?= src="(?!.*documentation_options\.js))')  # that one is needed at once
ICON = re.compile(r'(?:\.fa-[\w-]+,?)+\{--fa:"[^}]*\}')
course_map = runpy.run_path(str(ROOT / "src/gates_to_flows/course_map.py"))["course_map"]
playground = runpy.run_path(str(ROOT / "src/gates_to_flows/playground/join.py"))["script"]


def assemble(source, notebooks):
    """Write all that Sphinx reads."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    judges = read_judges()
    hints = {number: judge.hints for number, judge in judges.items()}
    computed = {
        "glossary": course_pages.glossary_page(notebooks),
        "notation": course_pages.notation_page(notebooks),
        "claims": course_pages.claims_page(notebooks),
        "exercises": course_pages.exercises_page(notebooks, judges),
    }
    for_teachers = teacher_pages(read_notebooks(), judges, readme)  # with the solutions' verdicts, in any case
    for_teachers["teachers"] += f"\n\n{toctree(name for name in for_teachers if name.startswith('teaching'))}\n"
    for name, text in (computed | for_teachers).items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    (source / "images").mkdir()
    for path in (ROOT / "images").glob("*.png"):  # in 128 colours: a third of the bytes, and nobody sees it
        Image.open(path).convert("RGB").quantize(128).save(source / "images" / path.name, optimize=True)
    (source / "notebooks").mkdir()
    for name, notebook in notebooks.items():
        nbformat.write(page(name, notebook, hints), source / "notebooks" / f"{name}.ipynb")
    for path in (ROOT / "benchmarks").glob("*.png"):  # of its page, which stands at the top
        shutil.copy(path, source)
    for path, name in PAGES.items() - {("README.md", "index.md")}:
        text = (ROOT / path).read_text(encoding="utf-8")
        (source / name).write_text(linked(text, str(Path(path).parent)), encoding="utf-8")
    for name, (title, heading) in FROM_README.items():
        (source / name).write_text(f"# {title}\n\n{linked(section(readme, heading), '.')}", encoding="utf-8")
    for path in (WEB / "pages").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        for mark, part in front_page(readme, notebooks).items():
            text = text.replace(f"<!-- {mark} -->", part)
        (source / path.name).write_text(text, encoding="utf-8")


def front_page(readme, notebooks):
    """What the front page takes from elsewhere, by its mark there."""
    return {
        "emblems": emblems(notebooks),
        "map": course_map(),
        "ways": section(readme, "Ways through the course").split("\n\n")[0],
        "contents": contents(readme, notebooks),
    }


def section(text, heading):
    """What stands under a `## heading`, up to the next."""
    return re.search(rf"^## {re.escape(heading)}\n+(.*?)\s*(?=^## |\Z)", text, re.M | re.S)[1] + "\n"


def emblems(notebooks):
    """Pictures that lead to their notebooks."""
    chosen = [name for name in notebooks if name[:3] in EMBLEMS]
    return "\n".join(
        f"[![{course_pages.title(notebooks[name])}](images/{name}.png)](notebooks/{name}.ipynb)" for name in chosen
    )


def contents(readme, notebooks):
    """The notebooks in the side bar: a toctree for what comes first, and one for each part that README names."""
    begins = {int(first): part for part, first, _ in PART.findall(readme)}
    parts = {"The course": []}
    for name in notebooks:
        number = int(name[:2])
        if number in begins and not name[2].isalpha():
            parts[begins[number]] = []
        parts[list(parts)[-1]].append(f"notebooks/{name}")
    return "\n\n".join(toctree(names, f":caption: {part}") for part, names in parts.items())


def toctree(names, *options):
    return "\n".join(["```{toctree}", ":hidden:", *options, "", *names, "```"])


def copy_mathjax(static):
    """Of MathJax's 24 MB the script and its fonts."""
    mathjax = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    shutil.copytree(mathjax / "output/chtml/fonts", static / "mathjax/output/chtml/fonts")
    shutil.copy(mathjax / "tex-chtml.js", static / "mathjax")


def lighten(html):
    """Text comes first: scripts can wait, and of the theme's icons only those stay that are used, as a font."""
    (html / "_static/scripts/fontawesome.js").write_text("")  # 1.5 MB
    used = set()
    for path in [*html.rglob("*.html"), *html.glob("_static/scripts/*.js")]:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"fa-[\w-]+", text))
        path.write_text(SCRIPT.sub("<script defer", text), encoding="utf-8")
    styles = html / "_static/styles/pydata-sphinx-theme.css"
    kept = ICON.sub(lambda icon: icon[0] if used & set(re.findall(r"fa-[\w-]+", icon[0])) else "", styles.read_text())
    styles.write_text(kept)


def build(folder, notebooks, change=lambda source: None):
    """Write the site of these notebooks into html/ of the folder; `change` may mend what Sphinx reads. Exits on a warning."""
    from sphinx.cmd.build import build_main  # an extra, and the only one that this module needs

    begun = folder / "begun"  # what Sphinx reads and writes until it is done
    source, html = begun / "source", begun / "html"
    for part in (begun, folder / "html", SITE / "static"):
        shutil.rmtree(part, ignore_errors=True)
    source.mkdir(parents=True)
    assemble(source, notebooks)
    change(source)
    copy_mathjax(SITE / "static")
    (SITE / "static" / "playground.js").write_text(playground(), encoding="utf-8")
    settings = ["--builder", "html", "--conf-dir", WEB, "--fresh-env", "--quiet", "--fail-on-warning", "--keep-going"]
    if build_main([*map(str, settings), str(source), str(html)]):
        sys.exit("The site was not built: see the warnings above.")
    lighten(html)
    # What the download button gives is the notebook, not the page made from it.
    for name, notebook in notebooks.items():
        nbformat.write(notebook, html / "_sources" / "notebooks" / f"{name}.ipynb")
    html.replace(folder / "html")
    shutil.rmtree(begun)


if __name__ == "__main__":
    build(SITE, read_notebooks())
    print(f"The site is in {SITE / 'html'}; make site-open shows it.")
