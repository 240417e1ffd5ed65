"""Data sets: sizes, ranges, and that a label belongs to its picture."""

import numpy as np

from gates_to_flows.datasets import digits


def test_digits_are_all_there_and_match_their_labels():
    images, labels = digits()
    assert images.shape == (1797, 64) and labels.shape == (1797,)
    assert images.min() == 0 and images.max() == 1
    assert np.bincount(labels).tolist() == [
        178,
        182,
        177,
        183,
        181,
        182,
        181,
        179,
        174,
        180,
    ]  # as UCI counts its test part
    means = np.array([images[::2][labels[::2] == digit].mean(axis=0) for digit in range(10)])
    nearest = ((images[1::2, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(nearest == labels[1::2]) > 0.85  # one picture in ten for labels that are shifted
