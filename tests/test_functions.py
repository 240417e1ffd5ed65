"""Targets: what they refuse, that their dense grid is fresh, and that their errors are the errors of known approximations."""

import numpy as np
import pytest

from gates_to_flows import functions
from gates_to_flows.functions import Target, absolute_value, brownian_path, ripples, runge, sine, step

ALL = [v for v in vars(functions).values() if isinstance(v, Target)] + [brownian_path(1)]


@pytest.mark.parametrize("target", ALL, ids=lambda target: target.name)
def test_the_dense_grid_lies_inside_and_is_never_among_the_samples(target):
    grid = {tuple(p) for p in target.dense_grid()}
    box = np.reshape(target.domain, (-1, 2))
    assert len(grid) == 4096 and all((box[:, 0] < p).all() and (p < box[:, 1]).all() for p in grid)
    for intervals in (1, 3, 16, 50, 64) if len(box) == 2 else (1, 3, 100, 256, 1000, 4096):
        x, y = target.samples(intervals)
        assert x.shape == ((intervals + 1) ** len(box), len(box)) and y.shape == (len(x), 1)
        assert not grid & {tuple(p) for p in x}
        assert {tuple(c) for c in box.T} <= {tuple(p) for p in x}, "both ends, or all corners, are samples"
    assert target.max_error(target) == target.rms_error(target) == 0


@pytest.mark.parametrize("n", [16, 32, 64])
def test_the_interpolant_of_sine_keeps_its_bound_and_the_error_is_the_distance_at_the_worst_point(n):
    nodes = np.linspace(-np.pi, np.pi, n + 1)
    error = sine.max_error(lambda x: np.interp(x, nodes, np.sin(nodes)))
    h = 2 * np.pi / n
    # The interpolant leaves sine furthest where the chord's slope equals the tangent's, in the piece nearest to pi/2.
    a, b = max(((a, a + h) for a in nodes[:-1]), key=lambda piece: np.sin(sum(piece) / 2))
    slope = (np.sin(b) - np.sin(a)) / h
    at = a if a > np.pi / 2 else np.arccos(slope)
    worst = np.sin(at) - np.sin(a) - slope * (at - a)
    assert (1 - 3e-4) * worst < error <= worst < h**2 / 8  # a grid sees a little less than the supremum


def test_rms_error_is_the_root_of_the_integral():
    assert absolute_value.rms_error(lambda x: 0 * x) == pytest.approx(np.sqrt(1 / 3), rel=1e-6)
    assert step.max_error(lambda x: 0 * x + 0.5) == step.rms_error(lambda x: 0 * x + 0.5) == 0.5
    assert ripples.rms_error(lambda x: 0 * x[:, :1]) == pytest.approx(0.5, rel=1e-6)
    assert runge(np.array([[0.2], [1.0]])).ravel() == pytest.approx([0.5, 1 / 26])


def test_brownian_paths_have_independent_increments_of_the_right_variance():
    ends = np.array([brownian_path(seed)(np.array([[0.25], [0.5], [1.0]])).ravel() for seed in range(400)])
    increments = np.diff(np.concatenate([np.zeros((400, 1)), ends], axis=1), axis=1)
    assert increments.var(axis=0) == pytest.approx([0.25, 0.25, 0.5], rel=0.25)
    assert np.abs(np.corrcoef(increments.T) - np.eye(3)).max() < 0.2
    assert (brownian_path(3)([[0.7]]) == brownian_path(3)([[0.7]])).all()


@pytest.mark.parametrize(
    "function, domain, message",
    [
        (np.log, (0, 1), "f is -inf at 0: choose a domain where it is finite"),
        (np.log, (-1, 1), "f is nan at -0.9998"),
        (lambda x: 1 / x, (-1, 1), "f is inf at 0"),
        (lambda x: np.where(x > 0.3, np.nan, x), (0, 1), "f is nan at 0.3"),
        (np.exp, (0, 1000), "f is inf at 709.8"),
        (np.sin, (1, 1), "up to a larger one, not 1 to 1"),
        (np.sin, (2, 1), "up to a larger one, not 2 to 1"),
        (np.sin, (0, np.inf), "up to a larger one, not 0 to inf"),
        (np.sin, (np.nan, 1), "not nan to 1"),
        (np.sin, (), r"should be \(a, b\) or one such pair per axis, not \(\)"),
        (np.sin, (0, 1, 2), "one such pair per axis"),
        (np.sin, ((0, 1), (0,)), "one such pair per axis"),
        (np.sin, ("a", 1), "one such pair per axis"),
        (np.add, ((0, 1), (3, 3)), "not 3 to 3"),
        (lambda x: 1.0, (0, 1), r"one value per point: 4096 points gave the shape \(\)"),
        (lambda x: np.stack([x, x]), (0, 1), r"gave the shape \(2, 4096\)"),
    ],
)
def test_bad_targets_are_refused_when_they_are_made(function, domain, message):
    with pytest.raises(ValueError, match=message):
        Target("f", function, domain, "unknown")


def test_points_and_models_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"should have the shape \(n, 1\), not \(3,\)"):
        sine(np.zeros(3))
    with pytest.raises(ValueError, match=r"should have the shape \(n, 2\), not \(3, 1\)"):
        ripples(np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"shape \(4096, 1\) for 4096 points, not \(4096,\)"):
        sine.max_error(lambda x: np.sin(x[:, 0]))
    with pytest.raises(ValueError, match="at least 1 interval, not 0"):
        sine.samples(0)
