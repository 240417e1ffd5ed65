"""Comparing two pictures, and keeping both where they differ."""

import base64
import io
import re

import numpy as np
from PIL import Image


def read_picture(text):
    picture = Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def compare_pictures(stored, fresh, limit):
    """What is wrong with a fresh picture (both base64), or None."""
    old, new = read_picture(stored), read_picture(fresh)
    if any(abs(a - b) > 0.03 * a for a, b in zip(old.size, new.size, strict=True)):
        return "stored {} × {} pixels, now {} × {}".format(*old.size, *new.size)
    quarter = [max(1, length // 4) for length in old.size]
    old, new = (np.asarray(picture.resize(quarter, Image.Resampling.BILINEAR), float) for picture in (old, new))
    rms = np.sqrt(np.mean((new - old) ** 2))
    return None if rms <= limit else f"differs by {rms:.1f} grey levels (RMS at quarter size, allowed {limit:g})"


def save_pictures(item, number, mime, **pictures):
    folder = item.config.rootpath / ".nbval"
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    name = re.sub(r"[^\w.]+", "-", item.nodeid)
    paths = {which: folder / f"{name}-{number}-{which}.{mime.partition('/')[2]}" for which in pictures}
    for which, path in paths.items():
        path.write_bytes(base64.b64decode(pictures[which]))
    return "see " + " and ".join(f".nbval/{path.name}" for path in paths.values())


def forget_pictures(rootpath):
    """Remove the pictures of earlier runs."""
    for path in (rootpath / ".nbval").glob("*.ipynb-*.*"):
        path.unlink()
