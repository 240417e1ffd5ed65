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
        given = float(array(count(list(sizes)), (), "The number of weights"))
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
        from_a, from_b = child == a, child == b
        if not (from_a | from_b).all():
            _strange_children(child, a, b)
        if (child != again).any():
            raise Wrong("Draw all coins from rng: with the same generator the same children should come out.")
        if from_a.all() or from_b.all():
            raise Wrong(f"All your children are copies of {'a' if from_a.all() else 'b'}. Nothing is ever swapped.")
        if (child == other).all():
            raise Wrong("Your children are the same whatever rng is. Which numbers are swapped should be drawn afresh.")
        if k > 1 and (from_a.all(axis=1) | from_b.all(axis=1)).mean() > 0.3:
            raise Wrong("Most of your children have all their numbers from one parent. Throw a coin for each number.")
        if k > 1 and (from_a == from_a[:1]).all():
            raise Wrong(
                "All your children swap the same numbers. Throw coins for each child anew: rng.random(a.shape)."
            )
        if k > 2 and (from_a[:, 1:] == from_a[:, :-1]).mean() > 0.6:
            raise Wrong(
                "Neighbouring numbers of your children come from the same parent too often: that is a crossover at one or two "
                "points. It is used, too; here each number should have a coin of its own."
            )
        share, by_place = from_a.mean(), from_a.mean(axis=0)
        if abs(share - 0.5) > 4 * 0.5 / (n * k) ** 0.5:
            raise Wrong(f"{share:.2f} of the numbers come from a; it should be about half.")
        if (np.abs(by_place - 0.5) > 5 * 0.5 / n**0.5).any():
            odd = np.abs(by_place - 0.5).argmax()
            raise Wrong(
                f"In place {odd} the numbers come from a in {by_place[odd]:.0%} of the children; it should be half."
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
        [[0.0, 0.2, 0.999, 1.0, 1.0, 1.7, 3.2], rng.uniform(0, 0.99, 40), rng.uniform(1, 3.5, 40)]
    )
    fuel = np.concatenate([[0.0, 30.0, 30.0, 30.0, 1.0, 29.0, 2.0], rng.uniform(0, 30, 80)])
    given = array(score(progress, fuel), progress.shape, "The scores")
    home = progress >= 1
    if given[home].min() <= given[~home].max():
        worst, best = np.flatnonzero(home)[given[home].argmin()], np.flatnonzero(~home)[given[~home].argmax()]
        raise Wrong(
            f"A car with {progress[worst]:.3g} laps and {fuel[worst]:.3g} of fuel gets {given[worst]:.3g}, one that ended after "
            f"{progress[best]:.3g} laps with {fuel[best]:.3g} gets {given[best]:.3g}. A car that gets round should always win."
        )
    for cars, better, what in ((~home, progress, "has come further"), (home, -fuel, "has used less fuel")):
        order = np.flatnonzero(cars)[np.argsort(better[cars])]
        steps = np.diff(given[order])
        clear = np.diff(better[order]) > 1e-6
        if (steps[clear] <= 0).any():
            i = np.flatnonzero(clear & (steps <= 0))[0]
            low, high = order[i], order[i + 1]
            raise Wrong(
                f"Of two cars {'with' if cars[home.argmax()] else 'without'} a lap, the one that {what} should get more: "
                f"{progress[high]:.3g} laps and {fuel[high]:.3g} of fuel get {given[high]:.4g}, {progress[low]:.3g} laps and "
                f"{fuel[low]:.3g} get {given[low]:.4g}." + " (One lap is a lap.)" * bool({low, high} & {3, 4})
            )
    return "First get round, then save. A sum of both, progress − c · fuel, would for a large c reward standing still."


@exercise(
    "18.4",
    "The champions have seen one road. Which bends has it not? The rule still has to get round.",
    "A wavy circle, r = 12 (1 + m cos kφ): try k = 8, and let m grow until most champions fail.",
)
def breaks_champions(centre, champions):
    """Judge a road by the drivers (n, 47) of the notebook and by its rule."""
    driver, rule = champions
    points = np.asarray(centre, dtype=float) if np.ndim(centre) == 2 else np.empty(0)
    if points.ndim != 2 or points.shape[1] != 2:
        raise Wrong(f"Give the points of a centre line, an array (n, 2); yours has the shape {np.shape(centre)}.")
    try:
        road = Track(points)
    except ValueError as error:
        raise Wrong(str(error)) from error
    if road.length > 300:
        raise Wrong(f"Your road is {road.length:.0f} m long; the cars have 90 s, so keep it below 300 m.")
    if not np.isfinite(drive(road, rule, 1, 900).lap_time[0]):
        raise Wrong("The rule does not get round your road either. Nobody could blame the champions: make it milder.")
    share = np.isfinite(drive(road, driver, 60, 900).lap_time).mean()
    if share > 0.5:
        raise Wrong(f"The rule gets round, and so do {share:.0%} of the champions. At most half of them should.")
    return "The rule gets round your road, and most champions do not. A champion is the champion of its road."
