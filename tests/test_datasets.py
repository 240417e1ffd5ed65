"""Data sets: sizes, ranges, and that a label belongs to its picture."""

import numpy as np
import pytest

from gates_to_flows import datasets
from gates_to_flows.datasets import digits, hare_and_lynx, xor_shares


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


def test_shares_of_the_sweep_have_the_standard_error_of_a_share():
    table = xor_shares()
    assert table.index.is_unique and table.share.between(0, 100).all()
    expected = np.sqrt(table.share * (100 - table.share) / table.members)
    np.testing.assert_allclose(table["standard error"], expected, atol=6e-5)  # written with four digits
    assert 80 < table.share["nothing: the blog's", 2000] < 81  # as notebook 4 finds with ten thousand


@pytest.mark.parametrize(("read", "name"), [(hare_and_lynx, "hudson_bay_hare_lynx.csv"), (xor_shares, "sweep_04.csv")])
def test_outside_a_checkout_a_file_is_missed_in_a_sentence(monkeypatch, tmp_path, read, name):
    monkeypatch.setattr(datasets, "_CHECKOUT", tmp_path)
    with pytest.raises(FileNotFoundError, match=f"{name} belongs into .*: run the course from its own checkout"):
        read()
