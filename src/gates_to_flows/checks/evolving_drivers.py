"""The exercises of notebook 18."""

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function
from gates_to_flows.worlds import Track, drive


@exercise(
    "18.1",
    "Between a layer of a units and one of b there is a number for each pair, and each of the b units has a bias.",
    "Sum (a + 1) · b over neighbours: zip(sizes, sizes[1:]) gives them.",
)
def count_weights(answer):
    count = function(answer, "sizes, such as [5, 4, 3, 2]")
    for sizes in ([5, 4, 3, 2], [3, 4, 3, 2], [1, 1], [7, 2], [6, 3, 5, 1, 4]):
        try:
            given = float(array(count(list(sizes)), (), "The number of weights"))
        except Wrong as wrong:  # say for which sizes, unless it is for all
            raise Wrong(str(wrong) if sizes == [5, 4, 3, 2] else f"For {sizes}: {wrong}") from wrong
        pairs = list(zip(sizes, sizes[1:], strict=False))
        products, units = sum(a * b for a, b in pairs), sum(sizes[1:])
        if given == products + units:
            continue
        for slip, why in (
            (products, "That counts no biases. Every unit after the sensors has one."),
            (products + sum(sizes), "The sensors have no biases: they only hand on what they see."),
            (products + len(pairs), "Every unit has a bias of its own, not every layer one."),
            (products + sum(sizes[:-1]), "A bias belongs to the unit that sums up, not to the one that it comes from."),
            (units, "Those are the biases. What about the connections?"),
            (47, f"That is right for [5, 4, 3, 2]; for {sizes} it should be another number."),
        ):
            if given == slip:
                raise Wrong(f"For {sizes} you gave {given:g}. {why}")
        raise Wrong(f"For {sizes} you gave {given:g}; it should be {products + units}.")
    return "47 with five sensors and 39 with three: to evolution, a driver is a list of so many numbers."


@exercise(
    "18.2",
    "Throw a coin for each number of each child, and not for each child: rng.random(a.shape) < 0.5.",
    "np.where(rng.random(a.shape) < 0.5, a, b).",
)
def crossover(answer):
    cross = function(answer, "a, b and rng")
    for n, k in ((400, 47), (300, 5), (500, 1)):
        setup = np.random.default_rng(182)
        a, b = setup.normal(size=(n, k)), setup.normal(size=(n, k)) + 10
        child = array(cross(a, b, np.random.default_rng(1)), (n, k), "The children")
        again = array(cross(a, b, np.random.default_rng(1)), (n, k), "The children")
        other = array(cross(a, b, np.random.default_rng(2)), (n, k), "The children")
        from_a, from_b = (np.isclose(child, parent, rtol=1e-6, atol=1e-6) for parent in (a, b))
        if not (from_a | from_b).all():
            _strange_children(child, a, b)
        if (child != again).any():
            raise Wrong("Draw all coins from rng: with the same generator the same children should come out.")
        if from_a.all() or from_b.all():
            raise Wrong(f"All your children are copies of {'a' if from_a.all() else 'b'}. Nothing is ever swapped.")
        if (child == other).all():
            raise Wrong("Your children are the same whatever rng is. Which numbers are swapped should be drawn afresh.")
        share, by_place = from_a.mean(), from_a.mean(axis=0)
        whole = (from_a.all(axis=1) | from_b.all(axis=1)).mean()
        if k > 1 and whole > share**k + (1 - share) ** k + 0.1:
            raise Wrong(
                f"{whole:.0%} of your children have all their numbers from one parent. Throw a coin for each number."
            )
        if k > 1 and (from_a == from_a[:1]).all():
            raise Wrong(
                "All your children swap the same numbers. Throw coins for each child anew: rng.random(a.shape)."
            )
        alike = (from_a[:, 1:] == from_a[:, :-1]).mean() if k > 1 else 0.5  # neighbours from the same parent
        if alike > share**2 + (1 - share) ** 2 + 0.1:
            raise Wrong(
                "Neighbouring numbers of your children come from the same parent too often: that is a crossover at one or two "
                "points. It is used, too; here each number should have a coin of its own."
            )
        if abs(share - 0.5) > 4 * 0.5 / (n * k) ** 0.5:
            raise Wrong(f"{share:.2f} of the numbers come from a; it should be about half.")
        if (np.abs(by_place - 0.5) > 5 * 0.5 / n**0.5).any():
            odd = np.abs(by_place - 0.5).argmax()
            raise Wrong(
                f"In place {odd} the numbers come from a in {by_place[odd]:.0%} of the children; it should be half."
            )
        if alike < 0.4:
            raise Wrong(
                "In your children neighbouring numbers take turns between the parents. Each should have a coin of its own."
            )
    return (
        "Each number comes from one parent or the other. A child of two good drivers need not be one, as we measured."
    )


def _strange_children(child, a, b):
    if np.allclose(child, (a + b) / 2):
        raise Wrong("That is the mean of both parents. Each number should come from one parent, unchanged.")
    if np.allclose(child, a + b):
        raise Wrong("That is the sum of both parents. Each number should come from one parent.")
    between = (child >= np.minimum(a, b)) & (child <= np.maximum(a, b))
    if between.all():
        raise Wrong("Your numbers lie between those of the parents. Each should come from one parent, unchanged.")
    if np.isin(child, np.concatenate([a, b])).all():
        raise Wrong(
            "Your numbers come from the parents, but from other places. Child i has its kth number from a[i, k] or b[i, k]."
        )
    raise Wrong("Some numbers of your children are in neither parent. Swap only; mutation comes later.")


@exercise(
    "18.3",
    "Laps and fuel have no common unit. What makes every car with a lap better than every car without?",
    "np.where(progress >= 1, 2 - fuel / 1000, progress), for example: a lap gives at least 1, less fuel more.",
)
def thrifty(answer):
    score = function(answer, "progress and fuel")
    rng = np.random.default_rng(183)
    progress = np.concatenate(
        [[0.0, 0.2, 0.999, 1.0, 1.0, 1.7, 3.2, 1.3], rng.uniform(0, 0.99, 40), rng.uniform(1, 3.5, 40)]
    ).round(3)
    fuel = np.concatenate([[0.0, 30.0, 30.0, 30.0, 1.0, 29.0, 2.0, 0.0], rng.uniform(0, 30, 80)]).round(3)
    given = array(score(progress, fuel), progress.shape, "The scores")
    home = progress >= 1
    if given[home].min() <= given[~home].max():
        worst, best = np.flatnonzero(home)[given[home].argmin()], np.flatnonzero(~home)[given[~home].argmax()]
        raise Wrong(
            f"A car with {progress[worst]:g} laps and {fuel[worst]:g} of fuel gets {given[worst]:.6g}, one that ended after "
            f"{progress[best]:g} laps with {fuel[best]:g} gets {given[best]:.6g}. A car that gets round should always win."
        )
    for cars, better, what, note in (
        (~home, progress, "without a lap, the one that has come further", ""),
        (progress > 1, -fuel, "with a lap, the one that has used less fuel", ""),
        (home, -fuel, "with a lap, the one that has used less fuel", " (One lap is a lap.)"),
    ):
        order = np.flatnonzero(cars)[np.argsort(better[cars])]
        steps = np.diff(given[order])
        clear = np.diff(better[order]) > 1e-6
        if (steps[clear] <= 0).any():
            i = np.flatnonzero(clear & (steps <= 0))[0]
            low, high = order[i], order[i + 1]
            raise Wrong(
                f"Of two cars {what} should get more: {progress[high]:g} laps and {fuel[high]:g} of fuel get {given[high]:.9g}, "
                f"{progress[low]:g} laps and {fuel[low]:g} get {given[low]:.9g}.{note}"
            )
    # the same cars again, with another number of laps if they have one, and other fuel if not: nothing else counts
    other = np.where(home, rng.uniform(1, 3.5, len(home)), progress).round(3), np.where(home, fuel, 30 - fuel)
    again = array(score(*other), progress.shape, "The scores")
    odd = ~np.isclose(given, again, rtol=1e-10, atol=1e-10)
    if odd.any():
        i = np.abs(given - again).argmax()
        raise Wrong(
            f"A car with {progress[i]:g} laps and {fuel[i]:g} of fuel gets {given[i]:.9g}, one with {other[0][i]:g} laps and "
            f"{other[1][i]:g} gets {again[i]:.9g}. "
            + (
                "Once round, only the fuel should count."
                if home[i]
                else "Without a lap, only the progress should count."
            )
        )
    return "First get round, then save. A sum of both, progress − c · fuel, would for a large c reward standing still."


@exercise(
    "18.4",
    "The champions have seen one road. Which bends has it not? The rule still has to get round.",
    "A wavy circle, r = 12 (1 + m cos kφ): try k = 8, and let m grow in small steps: 0.15 is hardly enough, 0.25 too "
    "much for the rule.",
)
def breaks_champions(centre, drivers):
    """Judge a road by the champions, rows (n, 47) and what makes drivers of them, and by the rule of the notebook."""
    champions, driver_of, rule = drivers
    champions = champions[np.isfinite(champions).all(axis=1)]  # a herd without a lap has none
    points = np.asarray(centre, dtype=float) if np.ndim(centre) == 2 else np.empty(0)
    if points.ndim != 2 or points.shape[1] != 2:
        raise Wrong(f"Give the points of a centre line, an array (n, 2); yours has the shape {np.shape(centre)}.")
    length = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1).sum()
    if length > 300:
        raise Wrong(f"Your road is {length:.0f} m long; the cars have 90 s, so keep it below 300 m.")
    if len(points) > 2 and length < 1:
        raise Wrong(f"Your road is {length:.2g} m long: all its points are the same, or nearly so.")
    try:
        road = Track(points)
    except ValueError as error:
        raise Wrong(str(error)) from error
    if not np.isfinite(drive(road, rule, 1, 900).lap_time[0]):
        raise Wrong("The rule does not get round your road either. Nobody could blame the champions: make it milder.")
    share = np.isfinite(drive(road, driver_of(champions), len(champions), 900).lap_time).mean()
    if share > 0.5:
        raise Wrong(f"The rule gets round, and so do {share:.0%} of the champions. At most half of them should.")
    return "The rule gets round your road, and most champions do not. A champion is the champion of its road."
