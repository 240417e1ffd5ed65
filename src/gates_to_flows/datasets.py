"""Small real data sets that need no download."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

_CHECKOUT = Path(__file__).resolve().parents[2]


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
    table = np.loadtxt(_file("data/hudson_bay_hare_lynx.csv"), delimiter=",", skiprows=1)
    return table[:, 0].astype(int), table[:, 1:]


def xor_shares():
    """Notebook 4's table of what helps, from many more networks, as `make sweep N=04` measured it.

    Returns: a DataFrame, indexed by what is changed and the number of steps, with the columns "members", the networks, and
    "share" and "standard error", of those right on all four rows, in per cent. Raises FileNotFoundError outside a checkout
    of the course. Used in notebook 4.
    """
    table = pd.read_csv(_file("benchmarks/sweep_04.csv"), index_col=["changed", "steps"])
    return table.rename(columns={"share per cent": "share"})


def _file(name):
    path = _CHECKOUT / name
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} belongs into {path.parent}: run the course from its own checkout.")
    return path
