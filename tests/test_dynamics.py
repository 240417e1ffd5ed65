"""Fields against their invariants, steps against their orders, SciPy and themselves backwards."""

import gates_to_flows  # noqa: F401  isort: skip
import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import sympy
import tensorflow as tf

from gates_to_flows import dynamics
from gates_to_flows.dynamics import ORDERS, integrate, reference, step

RATES = (0.55, 0.028, 0.80, 0.024)
SYSTEMS = {
    "oscillator": (dynamics.oscillator(), [0.4, -0.7]),
    "pendulum": (dynamics.pendulum(), [2.0, 0.3]),
    "lotka_volterra": (dynamics.lotka_volterra(*RATES), [30.0, 4.0]),
    "lotka_volterra in logarithms": (dynamics.lotka_volterra(*RATES, log=True), [3.4, 1.4]),
    "coupled_quartic": (dynamics.coupled_quartic(), [0.4, -0.3, 0.2, 0.1]),
    "henon_heiles": (dynamics.henon_heiles(), [0.3, -0.3, 0.3, 0.15]),
}
SYMPLECTIC = ("Störmer–Verlet", "Yoshida")
HAMILTONIAN = [name for name in SYSTEMS if name != "lotka_volterra"]

each_system = pytest.mark.parametrize("name", SYSTEMS)
each_method = pytest.mark.parametrize("method", ORDERS)


def complex_slopes(function, x):
    """The slopes of a real-analytic function, by an imaginary step too small to matter."""
    return np.array([function(x + 1e-30j * e).imag / 1e-30 for e in np.eye(len(x))])


@pytest.mark.parametrize("name", HAMILTONIAN)
def test_the_energy_generates_the_field(name):
    system, x = SYSTEMS[name]
    slopes = complex_slopes(system.invariant, np.array(x))
    half = len(x) // 2
    sign = -1 if "logarithms" in name else 1  # there the second coordinate is the position
    np.testing.assert_allclose(system.field(np.array(x)), sign * np.r_[slopes[half:], -slopes[:half]], rtol=1e-13)


@each_system
def test_the_invariant_does_not_change_along_the_field(name):
    system, x = SYSTEMS[name]
    slopes = complex_slopes(system.invariant, np.array(x))
    parts = slopes * system.field(np.array(x))
    assert abs(parts.sum()) < 1e-13 * np.abs(parts).sum()


def test_the_written_hamiltonian_is_the_one_in_the_matrix():
    q, p = sympy.symbols("q1:3"), sympy.Matrix(sympy.symbols("p1:3"))
    M = sympy.Matrix([[5, -1], [-1, 5]])
    H = (p.T * M * p)[0] / 2 + sum(c**4 / 4 + c**2 / 2 for c in q)
    values = [0.3, -0.8, 0.1, 0.7]
    at = dict(zip([*q, *p], values, strict=True))
    system = dynamics.coupled_quartic()
    assert float(H.subs(at)) == pytest.approx(system.invariant(np.array(values)), rel=1e-14)
    rates = [*(H.diff(c) for c in p), *(-H.diff(c) for c in q)]
    np.testing.assert_allclose(system.field(np.array(values)), [float(r.subs(at)) for r in rates], rtol=1e-14)


@each_system
def test_tensors_give_the_numbers_of_arrays(name):
    system, x = SYSTEMS[name]
    paths = np.array(x) * np.linspace(0.9, 1.1, 6).reshape(3, 2, 1)
    tensor = tf.constant(paths)
    np.testing.assert_allclose(system.field(tensor).numpy(), system.field(paths), rtol=1e-13)
    np.testing.assert_allclose(system.invariant(tensor).numpy(), system.invariant(paths), rtol=1e-13)
    methods = ORDERS if name in HAMILTONIAN else set(ORDERS).difference(SYMPLECTIC)
    for method in methods:
        ours = step(method, system.field, tensor, 0.1)
        assert tf.is_tensor(ours)
        np.testing.assert_allclose(ours.numpy(), step(method, system.field, paths, 0.1), rtol=1e-13)


@each_system
def test_paths_side_by_side_are_paths_alone(name):
    system, x = SYSTEMS[name]
    starts = np.array(x) * np.array([[1.0], [1.1]])
    together = reference(system.field, starts, [1.0, 2.5])
    assert together.shape == (2, 2, len(x))
    for i, start in enumerate(starts):
        np.testing.assert_allclose(together[:, i], reference(system.field, start, [1.0, 2.5]), rtol=1e-8)
    stepped = integrate("RK4", system.field, starts, 0.1, 10)
    np.testing.assert_allclose(stepped[:, 1], integrate("RK4", system.field, starts[1], 0.1, 10), rtol=1e-14)


@each_method
def test_the_error_falls_with_the_order(method):
    system, x = SYSTEMS["pendulum"]
    true = reference(system.field, x, [2.0], tolerance=1e-13)[0]
    steps = np.array([20, 40, 80, 160])
    errors = [np.abs(integrate(method, system.field, x, 2 / n, n)[-1] - true).max() for n in steps]
    slope = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(ORDERS[method], abs=0.12)


@pytest.mark.parametrize("method, degree", [("Euler", 1), ("midpoint", 2), ("RK4", 4)])
def test_a_linear_field_gives_the_beginning_of_the_exponential_series(method, degree):
    A = np.array([[0.0, 1.0], [-1.0, 0.3]])
    h, x = 0.2, np.array([0.4, -0.7])
    series = sum(np.linalg.matrix_power(h * A, k) / np.prod(np.arange(1.0, k + 1)) for k in range(degree + 1))
    np.testing.assert_allclose(step(method, lambda x: x @ A.T, x, h), series @ x, rtol=1e-14)
    exact = scipy.linalg.expm(h * A) @ x
    np.testing.assert_allclose(reference(lambda x: x @ A.T, x, [h])[0], exact, rtol=1e-11)


@pytest.mark.parametrize("method", SYMPLECTIC)
@pytest.mark.parametrize("name", HAMILTONIAN)
def test_verlet_and_yoshida_run_back_and_keep_areas(name, method):
    system, x = SYSTEMS[name]
    there = integrate(method, system.field, x, 0.1, 50)[-1]
    back = integrate(method, system.field, there, -0.1, 50)[-1]
    np.testing.assert_allclose(back, x, rtol=1e-11)
    d, half = len(x), len(x) // 2
    columns = [step(method, system.field, np.array(x) + 1e-30j * e, 0.1).imag / 1e-30 for e in np.eye(d)]
    M, J = np.array(columns).T, np.kron([[0, 1], [-1, 0]], np.eye(half))
    np.testing.assert_allclose(M.T @ J @ M, J, atol=1e-13)


def test_runge_kutta_does_not_run_back():
    system, x = SYSTEMS["pendulum"]
    there = integrate("RK4", system.field, x, 0.5, 50)[-1]
    assert np.abs(integrate("RK4", system.field, there, -0.5, 50)[-1] - x).max() > 1e-6


@pytest.mark.parametrize("name", HAMILTONIAN)
def test_energy_stays_for_verlet_and_for_the_reference(name):
    system, x = SYSTEMS[name]
    H = system.invariant
    scale = np.ptp(H(np.array(x) * np.linspace(0.5, 1.5, 11)[:, None]))
    energies = H(integrate("Störmer–Verlet", system.field, x, 0.05, 20_000, every=100))
    early, late = (np.abs(energies[part] - energies[0]).max() for part in (slice(1, 50), slice(-50, None)))
    assert late < 2 * early and late < 0.02 * scale
    true = H(reference(system.field, x, np.arange(1, 21.0)))
    assert np.abs(true - H(np.array(x))).max() < 1e-8 * scale


def test_starts_of_henon_and_heiles_are_uniform_and_stay():
    system, low, high = dynamics.henon_heiles(), 1 / 20, 1 / 6
    x = dynamics.henon_heiles_starts(4000, np.random.default_rng(1), low, high)
    energy = system.invariant(x)
    assert x.shape == (4000, 4) and low <= energy.min() and energy.max() <= high
    paths = integrate("RK4", system.field, x[:200], 0.02, 5000, every=50)
    assert (np.abs(paths[..., 0]) * 3**0.5 <= 1.01 - paths[..., 1]).all() and (paths[..., 1] >= -0.51).all()
    # Momenta with H ≤ E fill a disc of area 2π (E - U(q)): shares by a sum over positions in the triangle.
    q1, q2 = np.meshgrid(np.linspace(-1, 1, 801), np.linspace(-0.5, 1, 801))
    U = system.invariant(np.stack([q1, q2, 0 * q1, 0 * q1], -1))[np.abs(q1) * 3**0.5 <= 1 - q2]
    volume = [np.clip(E - U, 0, None).sum() for E in (low, 1 / 10, high)]
    share = (volume[1] - volume[0]) / (volume[2] - volume[0])
    assert (energy <= 1 / 10).mean() == pytest.approx(share, abs=4 * (share * (1 - share) / 4000) ** 0.5)


def test_records_and_their_steps():
    system, x = SYSTEMS["pendulum"]
    all_of_them = integrate("midpoint", system.field, x, 0.1, 10)
    some = integrate("midpoint", system.field, x, 0.1, 10, every=3)
    assert all_of_them.shape == (11, 2)
    np.testing.assert_array_equal(some, all_of_them[[0, 3, 6, 9]])
    np.testing.assert_array_equal(reference(system.field, x, [0.0]), [x])


def test_a_path_that_runs_away_ends_in_no_number():
    ends = integrate("Euler", lambda x: x**3, [10.0], 1.0, 20)
    assert not np.isfinite(ends[-1]).any()
    with pytest.raises(RuntimeError, match="stopped before time 2: "):
        reference(lambda x: x**2, [1.0], [2.0])


def test_reference_agrees_with_another_solver_and_goes_back():
    system, x = SYSTEMS["henon_heiles"]
    times = [1.0, 3.0]
    other = scipy.integrate.solve_ivp(lambda t, x: system.field(x), (0, 3), x, "Radau", times, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(reference(system.field, x, times), other.y.T, atol=1e-6)
    there = reference(system.field, x, times)[-1]
    np.testing.assert_allclose(reference(system.field, there, [-2.0, -3.0])[-1], x, atol=1e-9)


mixed = dynamics.lotka_volterra(*RATES).field


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: step("Heun", mixed, np.ones(2), 0.1),
            "should be one of Euler, midpoint, Störmer–Verlet, RK4, Yoshida, not 'Heun'",
        ),
        (lambda: integrate("RK5", mixed, [1.0, 1.0], 0.1, 5), "should be one of"),
        (lambda: integrate("Störmer–Verlet", mixed, [30.0, 4.0], 0.1, 5), "this one mixes them.*log=True"),
        (lambda: integrate("Yoshida", mixed, [30.0, 4.0], 0.1, 5), "Yoshida needs a field .* this one mixes them"),
        (lambda: integrate("Störmer–Verlet", lambda x: x, [1.0, 2.0, 3.0], 0.1, 5), "not 3 coordinates"),
        (lambda: dynamics.henon_heiles_starts(5, np.random.default_rng(1), high=0.2), "0 ≤ low < high ≤ 1/6"),
        (lambda: integrate("Euler", mixed, [1.0, np.nan], 0.1, 5), "start should hold finite numbers"),
        (lambda: integrate("Euler", mixed, ["a", "b"], 0.1, 5), "start should hold finite numbers"),
        (lambda: integrate("Euler", mixed, [1.0, 1.0], 0.1, 5.0), "steps should be a positive integer, not 5.0"),
        (lambda: integrate("Euler", mixed, [1.0, 1.0], 0.1, 5, every=0), "every should be a positive integer, not 0"),
        (lambda: integrate("Euler", mixed, [1.0, 1.0], 0, 5), "h should be a finite number other than 0, not 0"),
        (lambda: integrate("Euler", mixed, [1.0, 1.0], "1", 5), "h should be a finite number"),
        (lambda: reference(mixed, [1.0, 1.0], [1.0, 0.5]), "times should increase from 0 on"),
        (lambda: reference(mixed, [1.0, 1.0], [1.0, 1.0]), "without repetition"),
        (lambda: reference(mixed, [1.0, 1.0], []), "times should be a list of finite numbers"),
        (lambda: reference(mixed, [1.0, 1.0], 3.0), "times should be a list of finite numbers"),
    ],
)
def test_bad_input_gets_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_section_marks_an_oscillator_once_a_turn_at_the_right_moment():
    """Two oscillators in one state; the first comes upwards through 0 every 2π units of time, its momentum then the radius."""
    turn = np.array([1.0, 2**0.5])

    def flow(x, t):
        angle = t[:, None] * turn
        q, p = x[:, :2], x[:, 2:]
        return np.concatenate([q * np.cos(angle) + p * np.sin(angle), p * np.cos(angle) - q * np.sin(angle)], axis=1)

    starts = np.array([[1.0, 0, 0, 0.5], [-0.3, 0.1, 0.2, 0.0]])
    first, second = dynamics.poincare_section(flow, starts, 40)
    times = np.arange(1, 7) * 2 * np.pi - np.pi / 2  # the first begins at its outermost point
    expected = np.stack([0 * times, 0.5 * np.sin(2**0.5 * times), 1 + 0 * times, 0.5 * np.cos(2**0.5 * times)], axis=1)
    np.testing.assert_allclose(first, expected, atol=1e-12)
    assert len(second) in (6, 7)
    np.testing.assert_allclose(second[:, [0, 2]], np.tile([0, np.hypot(0.3, 0.2)], (len(second), 1)), atol=1e-12)
