// One training from one start, what can be said about it in words, and many starts side by side.
import {dataNamed, levelsOf} from "./data.js";
import {initialise, Network, OPTIMISERS, randomNumbers} from "./network.js";

const PUSH = 4; // the length of a push: in any direction, so twice that of notebook 4, which knows where to push
const LOOK_BACK = 200; // steps over which a plateau is flat

export class Training {
  // settings as in the form; points, rows of one's own; start, the arrays of a network to begin with, or none: then the seed's.
  constructor(settings, points = [], start = null) {
    Object.assign(this, {settings, start, data: dataNamed(settings.data, points)});
    if (settings.loss === "cross-entropy" && this.data.flatY.some((y) => y < 0 || y > 1))
      throw new Error("Cross-entropy is for outputs from 0 to 1: take the squared error for these data.");
    this.levels = levelsOf(this.data, settings.loss);
    const {kind, x} = this.data, [d, k] = {line: [1, 1], plane: [2, 1], field: [2, 2]}[kind];
    this.network = new Network([d, ...settings.hidden, k], settings.activation, settings.loss);
    this.empty = x.length === 0;
    this.rewind();
  }

  rewind() {
    if (this.start) this.network.weights.set(this.start.flat(2));
    else initialise(this.network, this.settings.initialisation, this.settings.seed);
    [this.steps, this.pushes, this.optimiser] = [0, [], {}];
    this.losses = [this.measure()];
  }

  measure() {
    return this.empty ? NaN : this.network.backpropagate(this.data.flatX, this.data.flatY);
  }

  get loss() {
    return this.losses[this.losses.length - 1];
  }

  get gradientLength() {
    return Math.hypot(...this.network.gradient);
  }

  // After a step `losses` and the gradient are those of the new weights, so each is computed once.
  step() {
    OPTIMISERS[this.settings.optimiser](this.network, this.optimiser, this.settings);
    this.steps++;
    this.losses.push(this.measure());
  }

  // Moves the hidden weights by a fixed length in a direction drawn from the seed and the step: so a push can be repeated.
  push() {
    const r = randomNumbers(this.settings.seed + 7919 * (this.steps + 1)), {layers, weights} = this.network;
    const aside = Array.from({length: layers[layers.length - 1].kernel}, r.normal), length = Math.hypot(...aside);
    aside.forEach((a, i) => (weights[i] += (PUSH * a) / length));
    this.pushes.push(this.steps);
    this.losses[this.losses.length - 1] = this.measure();
  }

  // [how many rows are right, the largest error]: a class is right if it is, rounded; a value if it is within 5 per cent.
  rowsRight() {
    const {flatX, flatY, classes, x} = this.data, d = x[0].length, k = flatY.length / x.length;
    const range = classes ? 1 : Math.max(...flatY) - Math.min(...flatY) || 1, most = classes ? 0.5 : 0.05 * range;
    let [right, worst] = [0, 0];
    for (let n = 0; n < x.length; n++) {
      const out = this.network.output(flatX, n * d);
      let off = 0;
      for (let j = 0; j < k; j++) off = Math.max(off, Math.abs(out[j] - flatY[n * k + j]));
      if (off < most) right++;
      worst = Math.max(worst, off);
    }
    return [right, worst];
  }

  get solved() {
    return this.rowsRight()[0] === this.data.x.length;
  }

  // The named level near the loss, or none. One hundredth, as in notebook 4; less where the level itself is small.
  get level() {
    return this.levels.find(([value]) => Math.abs(this.loss - value) < Math.min(0.01, 0.05 * value));
  }

  get flat() {
    const before = this.losses[this.losses.length - 1 - LOOK_BACK];
    return this.steps >= LOOK_BACK && Math.abs(before - this.loss) < 0.01 * this.loss;
  }

  // For each hidden unit the number of rows at which it has no slope to learn from: "dead" units are so at all of them.
  unitsWithoutSlope() {
    const {network, data: {flatX, x}} = this, {slope, steepest} = network.unit;
    const hidden = network.layers.slice(0, -1), counts = hidden.map(({units}) => new Array(units).fill(0));
    if (network.activation === "sine") return counts;
    for (let n = 0; n < x.length; n++) {
      network.output(flatX, n * x[0].length);
      hidden.forEach(({z, a, units}, l) => {
        for (let j = 0; j < units; j++) if (slope(z[j], a[j]) < 0.01 * (steepest ?? 1)) counts[l][j]++;
      });
    }
    return counts;
  }

  get verdict() {
    const {data, steps, loss} = this, rows = data.x.length;
    if (this.empty) return "There are no points yet: click into the picture, or write them below.";
    if (!Number.isFinite(loss)) return "Exploded: the loss is no longer a number. Go back to the start, and take a smaller rate.";
    if (loss > 1e3 * Math.max(1, this.losses[0])) return "Exploding: each step makes the loss larger. Take a smaller rate.";
    const [right, worst] = this.rowsRight(), counts = this.unitsWithoutSlope().flat();
    const without = counts.filter((count) => count === rows).length;
    const relu = this.network.activation === "ReLU";
    const row = data.table ? "row" : "point", units = (n) => ` ${n} of ${counts.length} hidden units ${n > 1 ? "are" : "is"}`;
    const idle = without ? `${units(without)} ${relu ? "dead" : "saturated"}: no slope at any ${row}.` : "";
    if (right === rows) {
      if (data.classes) return `Right: ${data.table ? "all four rows" : `all ${rows} points`}, rounded.${idle}`;
      return `Right: within ${worst.toPrecision(2)} of the target at all ${rows} points.${idle}`;
    }
    const so = `${right} of ${rows} ${row}s right`;
    if (steps === 0) return `At the start: ${so}.${idle}`;
    if (this.flat) {
      const partly = counts.filter((count) => count > 0 && count < rows).length;
      const flatUnits = !relu && partly && data.table ? `${units(partly)} saturated at some rows.` : "";
      const where = this.level ? `at ${this.level[1]}: ${this.level[2]}` : `at ${loss.toPrecision(3)}`;
      return `On a plateau ${where}; ${so}.${idle}${flatUnits}`;
    }
    return `Learning: ${so}.${idle}`;
  }
}

// Trains from the seeds seed, seed + 1, … and tells `progress` now and then how many are right, and where the others are.
export function manyStarts(settings, points, {starts, steps}, progress) {
  const found = {done: 0, starts, steps, right: 0, elsewhere: {}};
  for (let last = Date.now(); found.done < starts; ) {
    const seed = settings.seed + found.done++, training = new Training({...settings, seed}, points);
    for (let i = 0; i < steps; i++) training.step();
    if (training.solved) found.right++;
    else {
      const name = training.level?.[1] ?? "elsewhere", there = (found.elsewhere[name] ??= {count: 0, seeds: []});
      if (there.count++ < 3) there.seeds.push(seed);
    }
    if (found.done === starts || Date.now() - last > 100) {
      last = Date.now();
      progress(found);
    }
  }
  return found;
}
