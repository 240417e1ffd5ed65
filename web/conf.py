"""Sphinx's settings for the site; `web/build.py` calls it."""

from docutils import nodes
from sphinx.addnodes import index

from spelling import WORD, american

# Where the course can be opened. A button appears for each address that is filled in.
ADDRESSES = {
    "repository_url": "",  # https://github.com/…; the next two need it
    "binderhub_url": "",  # https://mybinder.org
    "colab_url": "",  # https://colab.research.google.com
    "jupyterhub_url": "",  # the address of your own hub
}

project = html_title = "From Gates to Flows"
author = ""
language = "en"
extensions = ["myst_nb", "sphinx.ext.mathjax", "sphinx_copybutton"]
myst_enable_extensions = ["dollarmath", "amsmath", "html_image", "colon_fence", "deflist", "attrs_block"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_mime_priority_overrides = [("html", "text/html", 5)]
mathjax_path = "mathjax/tex-chtml.js"
mathjax_options = {"defer": "defer", "fetchpriority": "low"}  # text comes first

html_theme = "sphinx_book_theme"
html_static_path = ["static", "../site/static"]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_sourcelink_suffix = ""
html_scaled_image_link = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_favicon = "static/favicon.svg"
html_context = {"default_mode": "auto"}
html_theme_options = {
    "repository_url": ADDRESSES["repository_url"],
    "repository_branch": "main",
    "launch_buttons": {"notebook_interface": "jupyterlab"}
    | {name: address for name, address in ADDRESSES.items() if address and name != "repository_url"},
    "use_download_button": True,
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "max_navbar_depth": 1,
    "navbar_persistent": [],  # the search field is in the side bar
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "extra_footer": "Code: MIT. Text and figures: CC BY 4.0.",
}


def finish(app, doctree, page):
    """What a page needs beyond its text: lazy pictures, sections in depth that open and close, words for the search."""
    for image in doctree.findall(nodes.image):
        image["loading"] = "lazy"
    for entry in doctree.findall(index):  # the search shows the beginning of the section
        section = entry.parent
        while not isinstance(section, nodes.section):
            section = section.parent
        entry["entries"] = [(kind, word, section["ids"][0], main, key) for kind, word, _, main, key in entry["entries"]]
    if page.startswith("notebooks/"):
        for section in list(doctree.findall(is_in_depth)):
            section["classes"].append("depth")
            section.insert(0, nodes.raw("", "<details><summary>", format="html"))
            section.insert(2, nodes.raw("", "</summary>", format="html"))
            section.append(nodes.raw("", "</details>", format="html"))
    words = set(WORD.findall(doctree.astext().lower()))
    added = sorted({american(word) for word in words} - words)
    doctree.append(nodes.meta("", name="keywords", content=", ".join(added)))


def is_in_depth(node):
    return isinstance(node, nodes.section) and node[0].astext().startswith("In depth ·")


def only_notebooks_to_download(app, page, template, context, doctree):
    if not page.startswith("notebooks/"):
        context["page_source_suffix"] = ""


def setup(app):
    app.connect("doctree-resolved", finish)
    app.connect("html-page-context", only_notebooks_to_download, priority=400)  # before the theme makes its buttons
