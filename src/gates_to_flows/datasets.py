"""Small real data sets that need no download."""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

_DATA = Path(__file__).resolve().parents[2] / "data"


def digits():
    """The 1797 handwritten digits that come with scikit-learn, 8 × 8 pixels each.

    Returns: images (1797, 64), brightness from 0 to 1, row by row from the upper left; labels (1797,), integers 0 to 9.
    They are the test part of E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998, doi:10.24432/C50P49. Taught in notebook 8.
    """
    images, labels = load_digits(return_X_y=True)
    return images / 16, labels


def hare_and_lynx():
    """Pelts of snowshoe hares and Canadian lynx that the Hudson's Bay Company bought, 1900 to 1920, in thousands.

    Returns: years (21,), integers; pelts (21, 2), hares first. `data/README.md` says where they come from. Raises
    FileNotFoundError outside a checkout of the course. Taught in notebook 12.
    """
    path = _DATA / "hudson_bay_hare_lynx.csv"
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} belongs into {path.parent}: run the course from its own checkout.")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, 0].astype(int), table[:, 1:]
