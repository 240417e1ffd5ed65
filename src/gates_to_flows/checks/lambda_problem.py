"""The exercises of notebook 10."""

import math

import numpy as np
import scipy.stats

from gates_to_flows.checks import Wrong, exercise, real_numbers, words
from gates_to_flows.diffusion import (
    average_of_squares,
    diffusion_paths,
    estimate_lambda,
    expected_square_of_average,
)

_TRUE_λ, _NOISE = 0.4, 0.02  # of exercise 10.2


@exercise(
    "10.1",
    "The loss of one weight is (λ̂ − λ)² times the mean of S². For which rate does a step overshoot by as much as it mends?",
    "The rate is 1 / mean S², the mean of the squares of S. And S² grows with the fourth power of the positions.",
)
def largest_rate(answer):
    rate, factor = real_numbers(answer, ["the learning rate", "the factor"])
    x = diffusion_paths(n=50, m=200, T=25, μ=-0.1, σ=0.5, start=1, seed=101)
    S = average_of_squares(x)
    wanted = 1 / np.mean(S**2)
    if math.isclose(factor, wanted, rel_tol=0.01) and math.isclose(rate, 1e-8, rel_tol=0.01):
        raise Wrong("The two are the wrong way round: the learning rate comes first, then the factor.")
    if rate <= 0:
        raise Wrong(f"You gave {rate:.3g}, but a learning rate is positive.")
    for slip, why in (
        (2 * wanted, "That is 2 / mean S². The second derivative is 2 · mean S², and the bound is 2 over *that*."),
        (wanted / 2, "With ½ / mean S² a single step lands at λ exactly. It can be twice that before it explodes."),
        (1 / np.mean(S), "That is 1 / mean S; the parabola's steepness is mean S², the mean of the squares."),
        (1 / np.mean(S) ** 2, "That is 1 / (mean S)². Square first, and then take the mean: late times count more."),
        (1 / np.max(S) ** 2, "That is 1 / max S². All times are averaged in one step, so their mean decides."),
        (
            1 / expected_square_of_average(50, np.arange(1, 201) / 8, -0.1, 0.5, start=1).mean(),
            "That is 1 over the expectation of S² for all path sets. These paths are given: take their own S.",
        ),
        (1 / np.mean(x**4), "That is 1 / mean x⁴. First average the squares over the paths, then square this S."),
        (
            1 / np.mean(x.mean(axis=1) ** 4),
            "You averaged the positions before squaring them. S is the average of the squares.",
        ),
        (1 / np.sum(S**2), "That is 1 / ΣS². The loss is a mean over the times and not a sum."),
        (wanted / 17, "The 17 belongs to the network's 17 weights. Here there is one."),
        (wanted * 1e-8, "That is the rate in cents. The first number is the rate for the positions as they are."),
        (np.mean(S**2), "That is mean S² itself. The steeper the parabola, the smaller the rate: take 1 over it."),
    ):
        if math.isclose(rate, slip, rel_tol=0.004):
            raise Wrong(f"You gave {rate:.3g}. {why}")
    if not math.isclose(rate, wanted, rel_tol=0.02):
        raise Wrong(
            f"The learning rate {rate:.3g} is too {'large' if rate > wanted else 'small'}: "
            "what is 1 / mean S², to three digits?"
        )
    if math.isclose(factor, 1e-8, rel_tol=0.01):
        return (
            f"About {wanted:.2g}, and a hundred million times less in cents: 100⁴ = 10⁸. "
            "A learning rate has a unit, and scaling the data sets it."
        )
    if factor <= 0:
        raise Wrong("The learning rate is right. The factor between two learning rates is positive.")
    for slip, why in (
        (1e8, "The direction is wrong: larger positions make a steeper parabola, and the rate must be smaller."),
        (1e-4, "S grows by 100², and the bound holds its square."),
        (1e4, "Larger positions need a smaller rate, and S enters squared."),
        (1e-2, "The positions are squared in S, and S is squared in the loss."),
        (1, "The bound is 1 / mean S², and S changes with the unit of the positions."),
        (wanted * 1e-8, "That is the new learning rate. The *factor* is asked for."),
    ):
        if math.isclose(factor, slip, rel_tol=0.02):
            raise Wrong(f"The learning rate is right. {why}")
    raise Wrong(f"The learning rate is right. In cents S is 100²-fold, and the bound holds its square: not {factor:g}.")


def ten_noisy_averages():
    """Positions (10, 100) and noisy averages (10,), for exercise 10.2."""
    x = diffusion_paths(n=100, m=10, T=10, μ=0.05, σ=0.2, seed=102)
    return x, _TRUE_λ * average_of_squares(x) + _NOISE * np.random.default_rng(103).normal(size=10)


@exercise(
    "10.2",
    "λ̂ = ΣSk / ΣS². Its standard error is the noise over √ΣS², with the noise from the residuals, and 9 degrees of freedom.",
    "estimate_lambda gives λ̂, the standard error and the degrees of freedom. The factor is scipy.stats.t.ppf(0.975, 9).",
)
def interval_for_lambda(answer):
    λ_hat, low, high = real_numbers(answer, ["λ̂", "the lower end", "the upper end"])
    x, k = ten_noisy_averages()
    S, estimate = average_of_squares(x), estimate_lambda(x, k)
    if np.isclose([low, high], estimate.λ, atol=5e-5).any() and not math.isclose(λ_hat, estimate.λ, abs_tol=4.5e-4):
        raise Wrong("The order is λ̂, lower end, upper end.")
    for slip, why in (
        (np.mean(k / S), "That is the mean of kⱼ/Sⱼ, in which the earliest time, where S is small, shouts loudest."),
        (np.sum(k) / np.sum(S), "That is Σk/ΣS, or rounded too far. Least squares weights the times by S: ΣSk / ΣS²."),
        (
            np.polyfit(S, k, 1)[0],
            "That is the slope of a line with an intercept. There is none here: S = 0 gives k = 0.",
        ),
        (0.25, "0.25 was the λ of the notebook. These averages were made with another one."),
    ):
        if math.isclose(λ_hat, slip, abs_tol=5e-5) and not math.isclose(slip, estimate.λ, abs_tol=5e-5):
            raise Wrong(f"λ̂ = {λ_hat:.4g}? {why}")
    if not math.isclose(λ_hat, estimate.λ, abs_tol=4.5e-4):  # three decimals will do
        raise Wrong(f"λ̂ = {λ_hat:.4g} is not ΣSk / ΣS².")
    half, error = (high - low) / 2, estimate.standard_error
    if math.isclose(low, error, rel_tol=0.02) and high == 9:
        raise Wrong(
            "That is what estimate_lambda returns. Make an interval of it: λ̂ minus and plus t · standard error."
        )
    if math.isclose(abs(low), high, rel_tol=1e-6) and high < λ_hat:
        raise Wrong("λ̂ is right. The ends of the interval are asked for, λ̂ minus and plus the half-width.")
    t = scipy.stats.t.ppf(0.975, 9)
    two_decimals = np.round(estimate.λ + t * error * np.array([-1, 1]), 2)
    if np.allclose([low, high], two_decimals, atol=1e-9):
        raise Wrong("λ̂ is right, and so are the ends as far as two decimals tell. Give three.")
    if low > high:
        raise Wrong("λ̂ is right. The lower end is above the upper end.")
    if not math.isclose(high - λ_hat, λ_hat - low, rel_tol=0.02, abs_tol=1.1e-3):
        raise Wrong("λ̂ is right. The interval should reach equally far down and up.")
    if math.isclose(half, t * error, rel_tol=0.01):
        return (
            f"{λ_hat:.3f} ± {half:.3f}; the averages were made with λ = {_TRUE_λ}. "
            "With ten points the factor is 2.26, because the noise had to be estimated from the same ten."
        )
    rough = error * math.sqrt(9 / 10)
    for slip, why in (
        (1.96 * error, "1.96 is for a known noise. Yours comes from ten points: take t with 9 degrees of freedom."),
        (error, "That is one standard error to each side, which holds λ in two cases of three."),
        (2 * error, "Two standard errors are a rule of thumb for many points; with ten the factor is 2.26."),
        (scipy.stats.t.ppf(0.95, 9) * error, "That leaves 5 % on *each* side; leave 2.5 %, with ppf(0.975, 9)."),
        (scipy.stats.t.ppf(0.995, 9) * error, "That holds λ in 99 % of the cases; for 95 % take ppf(0.975, 9)."),
        (scipy.stats.t.ppf(0.975, 10) * error, "One degree of freedom is spent on λ̂: 9 are left, not 10."),
        (
            scipy.stats.t.ppf(0.975, 8) * error,
            "There is no intercept, so one number was fitted, and 9 degrees are left.",
        ),
        (t * rough, "The factor is right. Divide the sum of squared residuals by 9, not by 10."),
        (1.96 * rough, "Two slips: divide the squared residuals by 9, and take t instead of 1.96."),
        (t * _NOISE / np.sqrt(S @ S), "t goes with the *estimated* noise. You took 0.02, which you cannot know."),
        (1.96 * _NOISE / np.sqrt(S @ S), "You took 0.02 for the noise, which you cannot know here."),
        (t * error * math.sqrt(S @ S), "That is an interval for a single k: divide the noise by √ΣS²."),
        (t * error / math.sqrt(10), "Divided by √10 once too often: the standard error already counts all ten times."),
    ):
        if math.isclose(half, slip, rel_tol=0.006):
            raise Wrong(f"λ̂ is right. {why}")
    raise Wrong(
        f"λ̂ is right. The half-width {half:.3g} is too {'wide' if half > t * error else 'narrow'}: t times the standard error?"
    )


@exercise(
    "10.3",
    "Where does the error come from: from noise on each k, from too few particles, or from neither?",
    "A: the noise is on k, one number per time. B: look at the flat line of section 7. D: is a mean over more times larger?",
)
def paths_or_times(answer):
    given = words(answer, list("ABCD"), ["paths", "times", "neither"])
    right = ["times", "paths", "neither", "neither"]
    why = {
        ("A", "paths"): "more paths leave S where it is, about its expected value, and the noise sits on k.",
        (
            "A",
            "neither",
        ): "the noise on one kⱼ is independent of that on the next, so that more of them average it out.",
        ("B", "times"): "he has a thousand, and neighbouring times are nearly copies of each other.",
        ("B", "neither"): "the two sets of particles differ by chance, and this chance shrinks with their number.",
        ("C", "paths"): "ΣSk / ΣS² is exact as it is.",
        ("C", "times"): "ΣSk / ΣS² is exact with a single time already.",
        ("D", "paths"): "mean S² hardly changes with the number of paths, and the bound is 1 / mean S².",
        ("D", "times"): "the loss is a mean over the times, so more of them leave the bound where it is.",
    }
    for person, word, wanted in zip("ABCD", given, right, strict=True):
        if word != wanted:
            raise Wrong(f"{person}: {why[person, word]}")
    return "Before you gather more data, ask which average is still wobbling. More of the other kind is wasted."


@exercise(
    "10.4",
    "The standard error is s / √ΣS², and ΣS² is m times the mean of S². Set 1.96 standard errors equal to 0.005.",
    "m = (1.96 · 0.02 / 0.005)² / mean S², with the mean of expected_square_of_average(100, t, 0.05, 0.2) over times up to 10.",
)
def times_needed(answer):
    (m,) = real_numbers(answer, ["the number of times"])
    times = np.linspace(0.02, 10, 500)
    mean_S2 = expected_square_of_average(100, times, 0.05, 0.2).mean()
    wanted = (1.96 * 0.02 / 0.005) ** 2 / mean_S2
    if m <= 0:
        raise Wrong(f"{m:.4g}? A number of times is positive.")
    if math.isclose(m, wanted * (2 / 1.96) ** 2, rel_tol=0.002):
        raise Wrong(f"{m:.4g}? You took 2 standard errors. The exercise takes 1.96.")
    if math.isclose(m, wanted, rel_tol=0.06):
        return f"About {wanted:.0f}. The formula of a standard error plans an experiment before it is paid for."
    mean_S = np.mean((0.05 * times) ** 2 + 0.04 * times)
    for slip, why in (
        (wanted / 4, "That gives ± 0.01, which is the whole interval of ± 0.005. The half-width is 0.005."),
        (wanted * 4, "That makes the *whole* interval 0.005 wide. It may reach 0.005 to each side."),
        (wanted / 1.96**2, "That makes one standard error 0.005. The interval takes 1.96 of them."),
        (math.sqrt(wanted), "That is √m: square it."),
        (wanted * 0.02**2, "You took s² for s: the noise has the standard deviation 0.02."),
        (wanted / 0.02, "You took √s for s: 0.02 is the standard deviation of the noise and not its variance."),
        (1.96 * 0.02 / 0.005 / mean_S2, "The square is missing: the standard error falls with √m."),
        (wanted * mean_S2, "The mean of S² is missing: a time with a large S tells more about λ."),
        (wanted / 100, "More paths do not help against noise on k: leave n = 100 out."),
        (wanted * mean_S2 / mean_S, "You divided by the mean of S; it is the mean of S²."),
        (wanted * mean_S2 / mean_S**2, "You divided by (mean S)². Square first, then take the mean."),
        (
            wanted * mean_S2 / expected_square_of_average(100, 10, 0.05, 0.2),
            "You took S² at the end, t = 10. Average it over the times.",
        ),
        (
            wanted * mean_S2 / expected_square_of_average(100, np.arange(1, 11), 0.05, 0.2).mean(),
            "You averaged over t = 1, 2, …, 10, which leaves out the early times. Take many between 0 and 10.",
        ),
        (wanted * mean_S2**2, "You multiplied by the mean of S². Larger S need *fewer* times."),
        (wanted / 0.02**2, "You left out that the noise is 0.02."),
    ):
        if math.isclose(m, slip, rel_tol=0.02):
            raise Wrong(f"{m:.4g}? {why}")
    raise Wrong(f"{m:.4g} times are too {'few' if m < wanted else 'many'}. What is the half-width with them?")
