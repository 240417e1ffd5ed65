"""Comparing two pictures, and keeping both where they differ.

Another version of Matplotlib draws the same figure a pixel further and sets its letters anew. So the pictures are laid
over each other, and letters (small connected dark grey shapes) are told from the rest. Both are blurred by two pixels;
the rest may then move by one pixel, letters by two, and what stands beside letters, as in a legend, by three. What
lies outside counts, as the mean of the worst place.
"""

import base64
import io
import re

import numpy as np
from PIL import Image, ImageFilter

STRICT = 3  # a larger limit is for curves that move from run to run: only the RMS of the whole picture counts then
LEVELS = 2.3  # grey levels that the worst place may differ by, for each unit of the limit


def read_picture(text):
    """The first frame on white, H × W × 3 of uint8; 200 dots per inch are made 100. ValueError if it is unreadable."""
    try:
        content = base64.b64decode(text)
    except (TypeError, ValueError):
        raise ValueError("not base64") from None
    try:
        picture = Image.open(io.BytesIO(content))
        shrink = round(float(picture.info.get("dpi", (100, 100))[0]) / 100)
        picture = picture.convert("RGBA")
    except Exception:  # Pillow's decoders raise OSError, SyntaxError, EOFError, struct.error, zlib.error, …
        raise ValueError("not an image, or a part of one") from None
    picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    return np.asarray(picture.reduce(shrink) if shrink > 1 else picture)


def find_shift(old, new, axis):
    """By how many pixels the new picture lies further along the axis, from the means of its rows or columns."""
    old, new = (np.asarray(Image.fromarray(picture).convert("L")).mean(1 - axis) for picture in (old, new))
    more, costs = len(new) - len(old), {}
    for shift in sorted(range(min(0, more) - 5, max(0, more) + 6), key=abs):
        first, last = max(0, -shift), min(len(old), len(new) - shift)
        if last > first:
            costs[shift] = np.abs(old[first:last] - new[first + shift : last + shift]).mean()
    return min(costs, key=costs.get)


def align(old, new):
    """Both pictures on canvases of one size, filled up with the colour of the old one's corner."""
    shifts = [find_shift(old, new, axis) for axis in (0, 1)]
    starts = [[max(0, shift) for shift in shifts], [max(0, -shift) for shift in shifts]]
    pictures = list(zip((old, new), starts, strict=True))
    size = [max(picture.shape[axis] + start[axis] for picture, start in pictures) for axis in (0, 1)]
    canvases = []
    for picture, (top, left) in pictures:
        canvas = np.broadcast_to(old[0, 0], (*size, 3)).copy()
        canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        canvases.append(canvas)
    return canvases


def spread(picture, radii, choose):
    """The extreme (choose = np.minimum or np.maximum) of so many rows and columns on each side of every pixel."""
    for axis, radius in enumerate(np.broadcast_to(radii, 2)):
        border = [(radius, radius) if axis == other else (0, 0) for other in range(picture.ndim)]
        padded = np.pad(picture, border, mode="edge")
        reach = 1
        while reach < 2 * radius + 1:  # the extreme of 1, 2, 4, … pixels from each one on
            step = min(reach, 2 * radius + 1 - reach)
            end = padded.shape[axis] - step
            across = (slice(None),) * axis
            padded = choose(padded[(*across, slice(end))], padded[(*across, slice(step, None))])
            reach += step
        picture = padded
    return picture


def find_letters(picture):
    """Where small connected dark grey shapes are, H × W of bool."""
    lightest, darkest = (choose.reduce([*np.moveaxis(picture, 2, 0)]) for choose in (np.maximum, np.minimum))
    ink = (lightest < 130) & (lightest - darkest < 30)
    found = np.zeros_like(ink)
    if ink.mean() > 0.3:
        return found
    rows, columns = np.nonzero(ink)
    names = np.full(np.add(ink.shape, 2), -1)
    names[rows + 1, columns + 1] = np.arange(len(rows))
    steps = [names[rows + 1 + down, columns + 1 + right] for down, right in ((0, 1), (1, -1), (1, 0), (1, 1))]
    pairs = np.concatenate([np.array([np.flatnonzero(step >= 0), step[step >= 0]]) for step in steps], axis=1)
    shape = np.arange(len(rows))  # of each pixel: the least of its pixels' names, once nothing changes any more
    while True:
        low, high = np.sort(shape[pairs], axis=0)
        pairs, low, high = pairs[:, low < high], low[low < high], high[low < high]
        if not len(low):
            break
        np.minimum.at(shape, high, low)
        while not np.array_equal(shape[shape], shape):
            shape = shape[shape]
    lengths = []
    for places in (rows, columns):
        first, last = np.full(len(rows), max(ink.shape)), np.zeros(len(rows), int)
        np.minimum.at(first, shape, places)
        np.maximum.at(last, shape, places)
        lengths.append((last - first + 1)[shape])
    small = (np.minimum(*lengths) <= 24) & (np.maximum(*lengths) <= 48)
    found[rows[small], columns[small]] = True
    return found


def mean_of_windows(values, size):
    sums = np.pad(values.astype(float), ((size, size), (size, size))).cumsum(0).cumsum(1)
    return (sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]) / size**2


def measure_places(old, new):
    """The mean deviation of two aligned pictures in the window that ends at each pixel, {name of layer: grey levels}."""
    letters = spread(find_letters(old) | find_letters(new), 1, np.maximum)[..., None]
    beside = np.roll(spread(letters, (10, 28), np.maximum), -18, axis=1)  # a legend is as wide as its words
    grounds = [spread(picture, 4, np.maximum) for picture in (old, new)]
    drawn = [np.where(letters, ground, picture) for picture, ground in zip((old, new), grounds, strict=True)]
    inks = [
        np.where(letters, ground - picture, 0).max(2, keepdims=True)
        for picture, ground in zip((old, new), grounds, strict=True)
    ]
    drawn, inks = soften(drawn), soften(inks)
    outside = np.where(beside[..., 0], measure_outside(*drawn, 3), measure_outside(*drawn, 1))
    return {
        "what is drawn": mean_of_windows(outside, 8),
        "letters": mean_of_windows(measure_outside(*inks, 2), 12),
    }


def soften(pictures):
    images = [Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture) for picture in pictures]
    blurred = [np.asarray(image.filter(ImageFilter.GaussianBlur(2))) for image in images]
    return [new.reshape(old.shape) for old, new in zip(pictures, blurred, strict=True)]


def measure_outside(old, new, radius):
    """By how many levels each pixel lies outside of what the other picture has within so many pixels, H × W."""
    outside = []
    for one, other in ((old, new), (new, old)):
        high, low = spread(other, radius, np.maximum), spread(other, radius, np.minimum)
        outside += [*np.moveaxis(np.maximum(one, high) - high + low - np.minimum(one, low), 2, 0)]
    return np.maximum.reduce(outside)


def measure_rms(old, new):
    quarter = [max(1, length // 4) for length in old.shape[1::-1]]
    old, new = (Image.fromarray(picture).resize(quarter, Image.Resampling.BILINEAR) for picture in (old, new))
    return np.sqrt(np.mean((np.asarray(old, float) - np.asarray(new, float)) ** 2))


def compare_pictures(stored, fresh, limit):
    """What is wrong with a fresh picture (both base64), or None; the limit is in the units of STRICT and LEVELS."""
    if stored == fresh:
        return None
    pictures = []
    for which, text in (("stored", stored), ("fresh", fresh)):
        try:
            pictures.append(read_picture(text))
        except ValueError as error:
            return f"cannot be compared: the {which} one is {error}"
    old, new = pictures
    if old.shape == new.shape and np.array_equal(old, new):
        return None
    if any(abs(a - b) > max(8, 0.03 * a) for a, b in zip(old.shape[:2], new.shape[:2], strict=True)):
        return "stored {1} × {0} pixels, now {3} × {2}".format(*old.shape[:2], *new.shape[:2])
    old, new = align(old, new)
    if limit > STRICT:
        rms = measure_rms(old, new)
        return None if rms <= limit else f"differs by {rms:.1f} grey levels (RMS at quarter size, allowed {limit:g})"
    for name, values in measure_places(old, new).items():
        worst, allowed = values.max(), LEVELS * limit
        if worst > allowed:
            row, column = (int(place) for place in np.unravel_index(values.argmax(), values.shape))
            place = f"{column / values.shape[1]:.0%} from the left, {row / values.shape[0]:.0%} from the top"
            return f"differs in {name} by {worst:.1f} grey levels at {place} (allowed {allowed:g})"
    return None


def mark_difference(old, new):
    """A faded copy of the old picture, magenta where it differs from the new one by more than a pixel's shift."""
    old, new = align(old, new)
    differs = spread(measure_outside(*soften((old, new)), 1) > 5, 2, np.maximum)[..., None]
    return Image.fromarray(np.where(differs, (255, 0, 200), 170 + old // 3).astype(np.uint8))


def save_pictures(item, number, mime, **pictures):
    """Keep pictures (which=base64) in .nbval/, and the difference where both can be read; the sentence says where."""
    folder = item.config.rootpath / ".nbval"
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    name = re.sub(r"[^\w.]+", "-", item.nodeid) + f"-{number}"
    saved = []
    for which, text in pictures.items():
        try:
            content = base64.b64decode(text)
        except (TypeError, ValueError):
            continue
        saved.append(f"{name}-{which}.{mime.partition('/')[2]}")
        (folder / saved[-1]).write_bytes(content)
    try:
        difference = mark_difference(*map(read_picture, pictures.values()))
    except ValueError:
        pass
    else:
        saved.append(f"{name}-difference.png")
        difference.save(folder / saved[-1])
    return "see " + " and ".join(f".nbval/{name}" for name in saved) if saved else "nothing could be kept"


def forget_pictures(rootpath):
    """Remove what save_pictures kept in earlier runs."""
    for path in (rootpath / ".nbval").glob("*"):
        if re.fullmatch(r".*-\d+-(stored|fresh|difference)\.(png|jpeg)", path.name):
            path.unlink()
