"""What may change in a picture, and what may not."""

import base64
import io
import types

import numpy as np
import pytest
from matplotlib import style
from matplotlib.figure import Figure
from nbval_tolerance.pictures import compare_pictures, forget_pictures, read_picture, save_pictures
from PIL import Image, ImageFilter


def encode(picture, kind="png", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return base64.b64encode(buffer.getvalue()).decode()


def draw(amplitude=1.0, wave=np.sin, width=4.0, change=lambda axes: None):
    """A figure with two curves, a title and a legend, as the base64 of its PNG."""
    x, buffer = np.linspace(0, 6, 200), io.BytesIO()
    with style.context("default"):
        figure = Figure(figsize=(width, 3))
        axes = figure.subplots()
        axes.plot(x, amplitude * wave(x), label="a wave")
        axes.plot(x, 0.3 * x - 1, label="a line")
        axes.set(ylim=(-2, 2), title="Two curves")
        axes.legend()
        change(axes)
        figure.savefig(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode()


SINE, COSINE, MOVED, WIDER = draw(), draw(wave=np.cos), draw(amplitude=1.003), draw(width=5.0)


def test_a_larger_limit_is_the_rms_of_the_whole_picture():
    assert compare_pictures(SINE, SINE, limit=0) is None
    assert compare_pictures(SINE, MOVED, limit=3) is None
    assert "grey levels (RMS at quarter size, allowed 5)" in compare_pictures(SINE, COSINE, limit=5)
    assert compare_pictures(SINE, COSINE, limit=50) is None
    assert compare_pictures(SINE, draw(width=4.1), limit=50) is None
    assert compare_pictures(SINE, WIDER, limit=50) == "stored 400 × 300 pixels, now 500 × 300"


@pytest.mark.parametrize(
    "change",
    [
        lambda axes: axes.lines[1].remove(),
        lambda axes: axes.lines[0].set_ydata(np.array(axes.lines[0].get_ydata()) + 0.04),
        lambda axes: axes.lines[0].set_color("tab:pink"),
        lambda axes: axes.lines[0].set_linestyle("--"),
        lambda axes: axes.grid(),
        lambda axes: axes.set_title("Two tables"),
        lambda axes: axes.get_legend().remove(),
        lambda axes: axes.set_xlim(-0.3, 6.6),
    ],
    ids=["series dropped", "1 % up", "colour", "dashes", "grid", "title", "legend", "axis limits"],
)
def test_a_small_fault_is_seen_where_it_is(change):
    assert "grey levels at" in compare_pictures(SINE, draw(change=change), limit=3)


@pytest.mark.parametrize("shift", [(1, 0), (0, -1), (3, 2)])
def test_a_picture_may_lie_some_pixels_further(shift):
    picture = Image.fromarray(np.roll(read_picture(SINE), shift, axis=(0, 1)))
    assert compare_pictures(SINE, encode(picture), limit=3) is None


def test_a_picture_may_be_encoded_anew_or_drawn_more_softly():
    picture = Image.fromarray(read_picture(SINE))
    assert compare_pictures(SINE, encode(picture, optimize=True), limit=0) is None
    assert compare_pictures(SINE, encode(picture, "jpeg", quality=95, subsampling=0), limit=3) is None
    assert compare_pictures(SINE, encode(picture.filter(ImageFilter.GaussianBlur(0.5))), limit=3) is None


def test_what_is_transparent_is_white_and_the_first_frame_counts():
    picture = Image.fromarray(read_picture(SINE))
    clear = picture.convert("RGBA")
    clear.putalpha(Image.fromarray((read_picture(SINE).min(2) < 255).astype(np.uint8) * 255))
    assert compare_pictures(SINE, encode(clear), limit=0) is None
    frames = encode(picture, save_all=True, append_images=[Image.new("RGB", picture.size)])
    assert compare_pictures(SINE, frames, limit=0) is None


@pytest.mark.parametrize("text", ["", "é", "abc", base64.b64encode(b"no image").decode(), SINE[:4000]])
def test_an_unreadable_picture_is_one_sentence(text):
    assert compare_pictures(SINE, text, limit=3).startswith("cannot be compared: the fresh one is not ")
    assert compare_pictures(text, SINE, limit=3).startswith("cannot be compared: the stored one is not ")


def test_pictures_are_kept_with_their_difference_and_forgotten(tmp_path):
    item = types.SimpleNamespace(config=types.SimpleNamespace(rootpath=tmp_path), nodeid="a/b.ipynb::Cell 3")
    names = [f".nbval/a-b.ipynb-Cell-3-1-{which}.png" for which in ("stored", "fresh", "difference")]
    assert save_pictures(item, 1, "image/png", stored=SINE, fresh=COSINE) == "see " + " and ".join(names)
    colours = np.asarray(Image.open(tmp_path / names[2])).reshape(-1, 3)
    assert (colours == (255, 0, 200)).all(axis=1).sum() > 500
    assert save_pictures(item, 2, "image/png", stored=SINE, fresh="é") == f"see {names[0].replace('-1-', '-2-')}"
    (tmp_path / ".nbval" / "mine.png").write_bytes(b"")
    forget_pictures(tmp_path)
    assert {path.name for path in (tmp_path / ".nbval").iterdir()} == {".gitignore", "mine.png"}
    forget_pictures(tmp_path / "elsewhere")


def test_a_picture_of_one_pixel_is_compared():
    black, white = (encode(Image.new("RGB", (1, 1), colour)) for colour in ("black", "white"))
    assert "differs in" in compare_pictures(black, white, limit=0)
