"""Data sets: sizes, ranges, and that a label belongs to its picture."""

import numpy as np
import pytest

from gates_to_flows import datasets
from gates_to_flows.datasets import digits, hare_and_lynx


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


def test_the_pelts_are_those_of_the_record():
    years, pelts = hare_and_lynx()
    assert years.tolist() == list(range(1900, 1921)) and pelts.shape == (21, 2)
    np.testing.assert_allclose(pelts.sum(axis=0), [715.7, 423.5])  # added by hand
    assert years[pelts.argmax(axis=0)].tolist() == [1903, 1904]
    assert years[pelts.argmin(axis=0)].tolist() == [1917, 1900]


def test_outside_a_checkout_the_pelts_are_missed_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "_DATA", tmp_path)
    with pytest.raises(
        FileNotFoundError, match="hudson_bay_hare_lynx.csv belongs into .*: run the course from its own checkout"
    ):
        hare_and_lynx()
