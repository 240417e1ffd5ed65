"""What is drawn in a Matplotlib figure, as plain data that are stored beside its picture: an extension of IPython.

    %load_ext nbval_tolerance.drawn

From then on the metadata of every picture that IPython shows of a figure hold its axes, curves, bars, images and words.
Pixels change with Matplotlib's release; what is drawn does not. Places are fractions of the axes, so that any scale will do.
Only Matplotlib and NumPy are needed here: the notebook's kernel imports this module, not the plugin.
"""

import sys
from contextlib import suppress
from itertools import groupby

import numpy as np

DRAWN = "nbval_tolerance"  # the key in the metadata of an output
PARTS = 100  # as many means stand for a longer row of numbers


def load_ipython_extension(shell):
    if not isinstance(shell.display_formatter.format, DescribingFormat):
        shell.display_formatter.format = DescribingFormat(shell.display_formatter.format)


class DescribingFormat:
    """Formats an object as IPython does, and describes it where it is a figure of Matplotlib."""

    def __init__(self, original):
        self.original = original

    def __call__(self, thing, *args, **kwargs):
        data, metadata = self.original(thing, *args, **kwargs)
        figure = getattr(sys.modules.get("matplotlib.figure"), "Figure", ())
        if isinstance(thing, figure) and any(kind.startswith("image/") for kind in data):
            with suppress(Exception):  # an artist of another library: the pictures will be compared
                metadata = {**metadata, DRAWN: describe(thing)}
        return data, metadata


def describe(figure):
    """A figure that has been drawn, as {"size": "6.4 4.8", "axes": [{…}, …], …}: dictionaries, lists, strings and numbers."""
    axes = [one for parent in figure.axes for one in (parent, *parent.child_axes)]
    texts = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    return {
        "size": numbers(figure.get_size_inches()),
        "face": colour(figure.get_facecolor()),
        "words": [text.get_text() for text in texts],
        "axes": [describe_axes(one) for one in axes if one.get_visible()],
    }


def describe_axes(axes):
    artists = [*axes.lines, *axes.patches, *axes.collections, *axes.images, *axes.texts, *axes.tables, *axes.artists]
    artists += filter(None, [axes.get_legend()])
    placed = {label for artist in artists for label in getattr(artist, "labelTexts", ())}  # where contours have room
    described = [describe_artist(artist, axes) for artist in artists if artist.get_visible() and artist not in placed]
    described.sort(key=lambda entry: entry["words"] if "place" in entry else "")  # texts last, in no order of their own
    found = {
        "kind": axes.name,
        "title": " | ".join(filter(None, (axes.get_title(place) for place in ("left", "center", "right")))),
        "letters": axes.title.get_fontsize(),
        "artists": [join(group) for _, group in groupby(described, key=look)],
    }
    is_shown = getattr(axes, "_axis3don", axes.axison)
    if is_shown:
        found["frame"] = " ".join(name for name, spine in axes.spines.items() if spine.get_visible())
        found["face"] = colour(axes.get_facecolor())
    for name in ("x", "y", "z"):
        if axis := getattr(axes, f"{name}axis", None):
            found[name] = describe_axis(axis, is_shown)
    return found


def describe_axis(axis, is_shown):
    low, high = map(float, axis.get_view_interval())
    found = {"scale": axis.get_scale(), "from": low, "to": high}
    if is_shown and axis.get_visible():
        grid = [line for line in axis.get_gridlines() if line.get_visible()]
        found |= {
            "label": axis.get_label_text(),
            "ticks": describe_ticks(axis, min(low, high), max(low, high)),
            "offset": axis.get_offset_text().get_text(),
            "grid": f"{colour(grid[0].get_color(), grid[0].get_alpha())} {grid[0].get_linestyle()}" if grid else "",
        }
    return found


def describe_ticks(axis, low, high):
    """The labels, unless Matplotlib has chosen them: those follow from the ends, and from the room that there is."""
    from matplotlib import dates, ticker

    locators = ticker.MaxNLocator, ticker.LogLocator, ticker.SymmetricalLogLocator, dates.AutoDateLocator
    formatters = ticker.ScalarFormatter, ticker.LogFormatter, dates.AutoDateFormatter
    if isinstance(axis.get_major_locator(), locators) and isinstance(axis.get_major_formatter(), formatters):
        return "automatic"
    slack = 1e-6 * (high - low)
    ticks = zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=False)
    inside = [label for place, label in ticks if low - slack <= place <= high + slack]
    return [label.get_text() for label in inside if label.get_visible()]


def describe_artist(artist, axes):
    """{"kind": …, how it looks, "points": an array N × 2 in fractions of the axes}; of an unknown artist its kind alone."""
    from matplotlib import collections, image, legend, lines, patches, table, text

    found = {"kind": type(artist).__name__}
    if not str(artist.get_label()).startswith("_"):
        found["label"] = str(artist.get_label())
    if isinstance(artist, lines.Line2D):
        found |= describe_line(artist) | {"points": fractions(artist.get_xydata(), artist, axes)}
    elif isinstance(artist, patches.Patch):
        found |= describe_patch(artist)
        if not isinstance(artist, patches.FancyArrowPatch):  # it ends where the words begin that it comes from
            found["points"] = fractions(artist.get_path().vertices, artist, axes)
    elif isinstance(artist, collections.Collection):
        found |= describe_collection(artist, axes)
    elif isinstance(artist, image.AxesImage):
        found |= describe_mapped(artist) | {"extent": numbers(artist.get_extent())}
        found |= {"shape": str(np.shape(artist.get_array())), "interpolation": artist.get_interpolation()}
    elif isinstance(artist, text.Text):
        place = artist.xy if isinstance(artist, text.Annotation) else artist.get_position()
        found |= {"words": artist.get_text(), "colour": colour(artist.get_color()), "place": describe_place(place)}
        found["letters"] = artist.get_fontsize()
    elif isinstance(artist, table.Table):
        found["words"] = [
            f"{place}: {cell.get_text().get_text()}" for place, cell in sorted(artist.get_celld().items())
        ]
    elif isinstance(artist, legend.Legend):
        found["words"] = [line.get_text() for line in (artist.get_title(), *artist.get_texts())]
    return found


def describe_line(line):
    mark = str(line.get_marker())
    found = {"colour": colour(line.get_color(), line.get_alpha()), "dash": str(line.get_linestyle())}
    found["width"] = float(line.get_linewidth())
    if mark not in ("None", "", " "):
        found |= {"marker": mark, "size": float(line.get_markersize())}
    return found


def describe_patch(patch):
    return {
        "face": colour(patch.get_facecolor()),
        "edge": colour(patch.get_edgecolor()) if patch.get_linewidth() else "",
        "dash": str(patch.get_linestyle()),
        "width": float(patch.get_linewidth()),
        "hatch": patch.get_hatch() or "",
    }


def describe_collection(collection, axes):
    """The points of a scatter, arrows, or the corners of lines and areas; of contours that labels break, their levels."""
    found = {"widths": numbers(np.unique(collection.get_linewidth()))}
    if collection.get_array() is None:
        inks = collection.get_facecolor(), collection.get_edgecolor()
        if axes.name == "3d":  # depth makes them paler
            inks = [np.reshape(ink, (-1, 4))[:, :3] for ink in inks]
        found |= dict(zip(("faces", "edges"), map(colours, inks), strict=True))
    else:
        found |= describe_mapped(collection)
    if hasattr(collection, "get_sizes"):
        found["sizes"] = numbers(np.unique(collection.get_sizes()))
    for name in ("levels", "U", "V"):
        if hasattr(collection, name):
            found[name] = numbers(getattr(collection, name))
    places = collection.get_offsets()
    if np.any(places):
        found["points"] = fractions(places, collection, axes, collection.get_offset_transform())
    elif not getattr(collection, "labelTexts", ()):
        corners = [path.vertices for path in collection.get_paths() if len(path.vertices)]
        corners = np.concatenate(corners or [np.empty((0, 2))])
        found["points"] = fractions(corners[np.isfinite(corners).all(axis=1)], collection, axes)
    return found


def describe_mapped(mappable):
    """The values that a map turns into colours, 0 and 1 at its ends; of an image of colours, these."""
    values = np.ma.asarray(mappable.get_array(), float)
    if values.ndim == 3:
        return {"values": numbers(values)}
    norm = mappable.norm
    found = {"map": colours(mappable.get_cmap()(np.linspace(0, 1, 5))), "least": float(norm.vmin)}
    return found | {
        "most": float(norm.vmax),
        "values": numbers(norm(values)),
        "alpha": numbers(mappable.get_alpha() or 1),
    }


def describe_place(place):
    """Two coordinates, either of which may be a category or a date."""
    try:
        return numbers(place)
    except (TypeError, ValueError):
        return str(place)


def fractions(points, artist, axes, transform=None):
    """Points N × 2 of an artist as fractions of the width and the height of its axes."""
    places = (transform or artist.get_transform()).transform(np.ma.filled(np.ma.asarray(points, float), np.nan))
    return axes.transAxes.inverted().transform(places)


def look(entry):
    return {key: part for key, part in entry.items() if key != "points"}


def join(group):
    """Artists that look the same and follow each other, such as the bars of a histogram, as one."""
    group = list(group)
    if "points" not in group[0]:
        return group[0] | {"times": len(group)}
    points = np.concatenate([entry["points"] for entry in group])
    return look(group[0]) | {"times": len(group), "across": numbers(points[:, 0]), "up": numbers(points[:, 1])}


def numbers(values):
    """Numbers in a string: all of them; or PARTS means of neighbours, how many numbers these are, how many are not finite."""
    values = np.ravel(np.ma.filled(np.ma.asarray(values, float), np.nan))
    finite = values[np.isfinite(values)]
    if len(values) <= PARTS and len(finite) == len(values):
        return " ".join(f"{value:.6g}" for value in values)
    ends = np.linspace(0, len(finite), min(PARTS, len(finite)) + 1).astype(int)
    means = np.add.reduceat(finite, ends[:-1]) / np.diff(ends) if len(finite) else []
    told = " ".join(f"{value:.6g}" for value in means)
    return f"{told} | of {len(values)}, not finite {len(values) - len(finite)}"


def colour(name, alpha=None):
    from matplotlib.colors import to_hex, to_rgba

    return to_hex(to_rgba(name, alpha), keep_alpha=True)


def colours(rows):
    """One colour, few one by one, or many as numbers."""
    if len(np.unique(rows, axis=0)) == 1:
        rows = rows[:1]
    return " ".join(map(colour, rows)) if len(rows) <= 10 else numbers(rows)
