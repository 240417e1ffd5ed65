"""What may change in a picture, and what may not."""

import base64
import io

import numpy as np
from matplotlib.figure import Figure
from nbval_tolerance.pictures import compare_pictures


def draw(amplitude=1.0, wave=np.sin, width=4.0):
    """A figure with one curve, as the base64 of its PNG."""
    x, buffer = np.linspace(0, 6, 200), io.BytesIO()
    figure = Figure(figsize=(width, 3))
    axes = figure.subplots()
    axes.plot(x, amplitude * wave(x))
    axes.set_ylim(-2, 2)
    figure.savefig(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode()


SINE, COSINE, MOVED, WIDER = draw(), draw(wave=np.cos), draw(amplitude=1.003), draw(width=5.0)


def test_pictures_may_differ_by_so_many_grey_levels():
    assert compare_pictures(SINE, SINE, limit=0) is None
    assert compare_pictures(SINE, MOVED, limit=3) is None
    assert "grey levels (RMS at quarter size, allowed 3)" in compare_pictures(SINE, COSINE, limit=3)
    assert compare_pictures(SINE, COSINE, limit=50) is None
    assert compare_pictures(SINE, draw(width=4.1), limit=50) is None
    assert compare_pictures(SINE, WIDER, limit=50) == "stored 400 × 300 pixels, now 500 × 300"
