"""What Sphinx reads: assembled from README, the notebooks and the pages."""

import re

import pytest

import build
from handout import ROOT, read_notebooks

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("source")
    build.assemble(folder, read_notebooks())
    return folder


def test_every_page_is_in_one_table_of_contents(source):
    listed = []
    for path in source.glob("*.md"):
        for tree in re.findall(r"^```\{toctree\}\n(?::.*\n)*\n([^`]*)```$", path.read_text(), re.M):
            listed += tree.split()
    there = [
        str(path.relative_to(source).with_suffix("")) for path in source.rglob("*") if path.suffix in (".md", ".ipynb")
    ]
    assert sorted([*listed, "index"]) == sorted(there)


def test_the_parts_of_the_course_stand_in_order_over_their_notebooks():
    text = build.contents("**I · Logic** (1, 2), **II · Functions** (3–5).", ["00_a", "01_b", "02_c", "02b_d", "03_e"])
    assert re.findall(r":caption: (.*)|notebooks/(\w+)", text) == [
        ("The course", ""), ("", "00_a"), ("I · Logic", ""), ("", "01_b"), ("", "02_c"), ("", "02b_d"),
        ("II · Functions", ""), ("", "03_e"),
    ]  # fmt: skip


def test_the_front_page_takes_map_ways_and_pictures_from_their_sources(source):
    front = (source / "index.md").read_text()
    assert "<!--" not in front
    assert build.course_map() in front
    assert all(way in front for way in re.findall(r"^- \*\*.*", README, re.M)[-3:])
    assert len(re.findall(r"^\[!\[\d+ · .+\]\(images/.+\.png\)\]\(notebooks/.+\.ipynb\)$", front, re.M)) == len(
        build.EMBLEMS
    )


def test_a_section_of_readme():
    assert build.section("## A\n\none\n\n## B\n\ntwo\n", "A") == "one\n"
    assert build.section("## A\n\none\n\n## B\n\ntwo\n", "B") == "two\n"
