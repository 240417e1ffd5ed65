"""The exercises of notebook 21."""

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, words

_KINDS = "P FF DFF DRN ELM RBF SVM RNN LSTM GRU ESN LSM NTM AE DAE SAE VAE HN BM MC RBM DBN DCN DN DCIGN GAN KN".split()
_KINDS += ["ODE", "graph", "diffusion", "attention"]
_NETWORKS = ["the XOR network", "the network of notebook 13", "the driver", "the latch", "the Hebb network"]
_TILES = ["FF", "DRN", "DFF", "RNN", "HN"]
_SLIPS = [
    {
        "P": "A perceptron has no hidden layer, and cannot do XOR. This one has a hidden layer of two units.",
        "DFF": "It has one hidden layer only. Deep, on this map, begins with two.",
        "RBF": "Its hidden units are thresholds or sigmoids, no bells.",
        "ELM": "Its hidden weights are trained, or set by hand; those of an ELM are random and stay.",
    },
    {
        "ODE": "With steps ever finer it would become one. A network of finitely many such layers is the tile before it.",
        "DFF": "Its layers *add* to their input. Follow the arrow “+ skips”.",
        "RNN": "Its layers have weights of their own; a recurrent network uses the same ones at each step.",
    },
    {
        "FF": "Between the 5 sensors and the 2 outputs are two hidden layers, of 4 and of 3 units.",
        "DRN": "Its layers replace their input, and do not add to it.",
        "RNN": "It has no loop of its own: what it did before, it sees only through the sensors.",
        "P": "It has hidden layers, of 4 and of 3 units.",
    },
    {
        "P": "It reads its own last state: that is a loop.",
        "HN": "Hopfield's units do not read themselves. The latch is one unit with a loop and an input.",
        "LSTM": "It has no gates, only a loop.",
        "GRU": "It has no gates, only a loop.",
        "ESN": "Its loop was chosen, or learned. That of an ESN is random.",
    },
    {
        "BM": "Its units take the sign of their sums. They do not throw dice.",
        "RBM": "Each of its units is linked with each, and no dice are thrown.",
        "RNN": "It has loops, and more is known about them: the weights are symmetric.",
        "attention": "That is what the *modern* Hopfield network is. Hebb's rule belongs to the first.",
    },
]


@exercise(
    "21.1",
    "Ask of each: how many hidden layers? do layers add to their input? is there a loop? are the weights symmetric?",
    "1 has one hidden layer and 3 has two. 2 has skips. 4 and 5 have loops, and those of 5 are symmetric.",
)
def tiles(answer):
    if isinstance(answer, str) and "," not in answer:
        answer = answer.split()
    try:
        given = words(answer, _NETWORKS, _KINDS)
    except Wrong as wrong:
        raise Wrong(str(wrong).replace(", ".join(_KINDS), "the map's abbreviations")) from None
    for i, (name, wanted, slips) in enumerate(zip(_NETWORKS, _TILES, _SLIPS, strict=True)):
        if given[i] != wanted:
            why = slips.get(given[i], "Ask what its units do, and which links it has.")
            raise Wrong(f"{name[0].upper()}{name[1:]} is not {given[i]}. {why}")
    return "Five networks of the course, five tiles: most of what we built lies on the left of the map."


@exercise(
    "21.2",
    "An RNN of m units has n m weights on its inputs, m² on its own state, and m biases.",
    "The LSTM has four such rows of weights: 4 ((n + m) m + m). For the RNN try m until (n + m) m + m is too many.",
)
def count_weights(answer):
    lstm, units = real_numbers(answer, ["the weights of the LSTM", "the units of the RNN"])
    for slip, why in (
        (44, "The two are the wrong way round: the weights come first."),
        (620, "That is one of four: three gates, and what is new."),
        (1860, "That is three times 620, as a GRU has it. The LSTM has three gates *and* what is new."),
        (2400, "The biases are missing: each of the 80 sums has one."),
        (880, "What the units read of their own last values is missing: 20 × 20, four times."),
        (800, "That is only what the inputs bring in. The state and the biases have weights too."),
        (1680, "What comes from the 10 inputs is missing."),
        (1600, "That is only what the state brings in. The inputs and the biases have weights too."),
        (2560, "You counted two biases for each sum, as PyTorch does. Section 3 has one."),
        (2501, "The read-out does not count."),
        (7440, "That is twelve times 620. Three gates and what is new make four."),
    ):
        if lstm == slip:
            raise Wrong(f"You gave {lstm:.0f} weights. {why}")
    if lstm != 2480:
        raise Wrong(
            f"You gave {lstm:g} weights. Count (10 + 20) × 20 and 20 biases, once for each gate and for what is new."
        )
    if not units.is_integer():
        raise Wrong(
            f"The LSTM is right. {units:.4g} units cannot be: round down, so that the weights are at most as many."
        )
    if units < 1:
        raise Wrong(f"The LSTM is right. {units:.0f} units cannot be: count from 1 up, while the weights suffice.")
    if units == 45:
        raise Wrong("The LSTM is right. But 45 units have (10 + 45) × 45 + 45 = 2520 weights, which is more.")
    if units == 20:
        raise Wrong("The LSTM is right. An RNN of 20 units has 620 weights; how many units may it have for 2480?")
    if units == 80:
        raise Wrong(
            "The LSTM is right. Four times the units have far more than four times the weights: m² grows faster."
        )
    if units != 44:
        weights = (10 + units) * units + units
        raise Wrong(
            f"The LSTM is right. An RNN of {units:.0f} units has {weights:.0f} weights; come closest to 2480 from below."
        )
    return (
        "The gates cost four times the weights. For as many, a plain RNN has twice the units, and no way to multiply."
    )


@exercise(
    "21.3",
    "Append a column of ones to the codes, for the biases. np.linalg.lstsq solves for the weights.",
    "Z = np.column_stack([z, np.ones(len(z))]), and then Z @ np.linalg.lstsq(Z, x, rcond=None)[0].",
)
def decoder(answer):
    decoded = function(answer, "codes z and images x")
    rng = np.random.default_rng(21)
    for n, k, d in ((40, 5, 7), (23, 9, 3), (61, 2, 64)):
        z, x = np.tanh(rng.normal(size=(n, k))) + 0.3, rng.uniform(size=(n, d))
        x = x + z @ rng.normal(size=(k, d))
        for kind, close in (("float64", 1e-6), ("float32", 1e-3)):
            made = array(
                decoded(z.astype(kind), x.astype(kind)), (n, d), f"For codes {z.shape} and images {x.shape} the answer"
            )
            _judge_decoder(made, z, x, close)
    return "The best that a linear decoder can do with this code: half of an autoencoder, by one system of equations."


def _judge_decoder(made, z, x, close):
    Z = np.column_stack([z, np.ones(len(z))])
    best = Z @ np.linalg.lstsq(Z, x, rcond=None)[0]
    error, least = np.mean((made - x) ** 2), np.mean((best - x) ** 2)
    from_codes = np.allclose(made, Z @ np.linalg.lstsq(Z, made, rcond=None)[0], rtol=0, atol=close)
    if from_codes and error < least * 1.001:  # also with section 2's 0.01 on the diagonal
        return
    middle = x.mean(axis=0)
    for slip, why in (
        (z @ np.linalg.lstsq(z, x, rcond=None)[0], "The biases are missing: append a column of ones to the codes."),
        (
            x,
            "It returns the images themselves. They may be used to fit the weights, but what it returns must come from z.",
        ),
        (
            z @ np.linalg.lstsq(Z, x, rcond=None)[0][:-1],
            "The biases are fitted and then left out: the answer needs the column of ones too.",
        ),
        (
            middle + z @ np.linalg.lstsq(z, x - middle, rcond=None)[0],
            "The mean image is the right bias only if the mean of the codes is taken off them as well.",
        ),
        (np.clip(best, 0, 1), "It cuts off what is below 0 or above 1. A linear decoder gives what its sums give."),
        (np.broadcast_to(middle, x.shape), "It returns the mean image for every code: the code goes unused."),
        (z @ z.T @ x, "z.T @ x gives weights only if the columns of z are orthonormal: solve the system."),
        (
            middle + (z - z.mean(axis=0)) @ (z - z.mean(axis=0)).T @ x,
            "Solve for the weights: z.T @ x is not enough.",
        ),
    ):
        if np.allclose(made, slip, rtol=0, atol=close):
            raise Wrong(why)
    if error < least:
        raise Wrong(
            f"For {len(x)} fresh images its mean squared error is {error:.3g}, and no linear decoder with biases gets below "
            f"{least:.3g}: either the images reach the answer, or it is not linear in the codes."
        )
    raise Wrong(f"For {len(x)} fresh images its mean squared error is {error:.3g}, and {least:.3g} is possible.")


@exercise(
    "21.4",
    "Walk through the pairs zip(text, text[1:]) and count. Then divide each row by its sum.",
    "A row without any pair holds 1 / len(letters) everywhere. Skip pairs in which a sign is not among the letters.",
)
def markov(answer):
    chain = function(answer, "a text and a string of letters")
    for text, letters in (
        ("abbabacab", "abc"),
        ("to be, or not to be", "obte"),
        ("aab-ba zaab", "bza"),
        ("xyzzy", "zxyw"),
        ("mississippi", "psim"),
        ("ab", "ba"),
        ("aaab ba", "ab"),
        ("Aa, aA", "aA"),
    ):
        shape = (len(letters), len(letters))
        made = array(chain(text, letters), shape, f"For the text “{text}” and the letters “{letters}” the table")
        _judge_chain(made, text, letters)
    return "Counting is all the learning that a Markov chain does. It knows one letter back, and no more."


def _judge_chain(made, text, letters):
    counts, joined = (_pairs(t, letters) for t in (text, "".join(sign for sign in text if sign in letters)))
    right = _shares(counts)
    if np.allclose(made, right, rtol=0, atol=1e-6):
        return
    here = f"For the text “{text}” and the letters “{letters}”: "
    empty = counts.sum(axis=1) == 0
    filled = right.copy()
    filled[empty] = 0
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = np.nan_to_num(counts / counts.sum(axis=0))
        often = np.array([text[:-1].count(letter) for letter in letters])[:, None]
        of_all = np.where(empty[:, None], right, np.nan_to_num(counts / often))
        often = np.array([text.count(letter) for letter in letters])[:, None]
        of_each = np.where(empty[:, None], right, np.nan_to_num(counts / often))
    equal = np.where(empty[:, None], 1, counts)
    round_ = _pairs(text + text[0], letters)
    order = [letters.index(letter) for letter in sorted(letters)]
    for slip, why in (
        (right.T, "rows and columns are the wrong way round. Row i is the letter that comes first."),
        (counts, "these are counts. Divide each row by its sum."),
        (counts / max(counts.sum(), 1), "you divided by all pairs. Divide each row by its own sum."),
        (filled, "the row of a letter that no letter follows should hold equal chances, not 0."),
        (columns, "you divided by the sums of the columns. Each *row* sums to 1."),
        (_shares(counts + 1), "you added 1 to every count. Leave counts as they are, and fill only the empty rows."),
        (of_all, "you divided by how often a letter occurs. Divide by how often one of the *letters* follows it."),
        (of_each, "you divided by how often a letter occurs. Divide by how often one of the *letters* follows it."),
        (equal / equal.sum(axis=1), "you divided each column by the sum of a row: `keepdims=True` stands it upright."),
        (_shares(round_), "you went round from the last sign to the first. The text ends there."),
        (_shares(_pairs(text[:-1], letters)), "the last pair is missing."),
        (_shares(_pairs(text.lower(), letters)), "you made capitals small. Here “A” and “a” are two letters."),
        (_shares(_pairs(text.upper(), letters)), "you made all letters capitals. Here “A” and “a” are two letters."),
        (_shares(joined), "you left out the other signs first, and made neighbours of letters that are none."),
        (
            _shares(np.array([[text.count(a + b) for b in letters] for a in letters], float)),
            "text.count leaves out pairs that overlap: “aaa” holds “aa” twice.",
        ),
        (right[np.ix_(order, order)], "keep the order of the letters as it was given."),
    ):
        if np.allclose(made, slip, rtol=0, atol=1e-6):
            raise Wrong(here + why)
    i, j = np.unravel_index(np.abs(made - right).argmax(), made.shape)
    raise Wrong(
        f"{here}“{letters[i]}” is followed by “{letters[j]}” with a chance of {right[i, j]:.3g}; yours says {made[i, j]:.3g}."
    )


def _pairs(text, letters):
    counts = np.zeros((len(letters), len(letters)))
    for now, then in zip(text, text[1:], strict=False):
        if now in letters and then in letters:
            counts[letters.index(now), letters.index(then)] += 1
    return counts


def _shares(counts):
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total == 0, 1 / len(counts), counts / np.where(total == 0, 1, total))
