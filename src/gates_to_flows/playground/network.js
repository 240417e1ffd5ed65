// A network with one to three hidden layers, its gradient, and the steps that train it.
// All weights stand in one array, layer after layer: the kernel (inputs × units, row by row), then the biases, as in Keras.

export const ACTIVATIONS = {
  sigmoid: {of: (z) => 1 / (1 + Math.exp(-z)), slope: (z, a) => a * (1 - a), steepest: 1 / 4},
  tanh: {of: Math.tanh, slope: (z, a) => 1 - a * a, steepest: 1},
  ReLU: {of: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0)},
  sine: {of: Math.sin, slope: Math.cos},
};

// The loss of one output with the sum z and the value a, and its slope in z.
export const LOSSES = {
  "squared error": {sigmoid: false, of: (z, a, y) => (a - y) ** 2, slope: (z, a, y) => 2 * (a - y)},
  "squared error, sigmoid output": {
    sigmoid: true, of: (z, a, y) => (a - y) ** 2, slope: (z, a, y) => 2 * (a - y) * a * (1 - a),
  },
  "cross-entropy": { // from the sum: the logarithm of a rounded 0 is no number
    sigmoid: true, of: (z, a, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))), slope: (z, a, y) => a - y,
  },
};

export class Network {
  constructor(sizes, activation, loss) {
    Object.assign(this, {activation, loss, unit: ACTIVATIONS[activation], error: LOSSES[loss], layers: []});
    let from = 0;
    for (let l = 1; l < sizes.length; l++) {
      const [inputs, units] = [sizes[l - 1], sizes[l]];
      const array = () => new Float64Array(units);
      this.layers.push({inputs, units, kernel: from, bias: from + inputs * units, z: array(), a: array(), back: array()});
      from += (inputs + 1) * units;
    }
    [this.weights, this.gradient] = [new Float64Array(from), new Float64Array(from)];
  }

  // The outputs at one row of x, the d numbers from `at` on. The array is used again by the next call.
  output(x, at = 0) {
    const {of} = this.unit, w = this.weights, last = this.layers.length - 1;
    for (let l = 0; l <= last; l++) {
      const {inputs, units, kernel, bias, z, a} = this.layers[l];
      for (let j = 0; j < units; j++) {
        let sum = w[bias + j];
        for (let i = 0; i < inputs; i++) sum += x[at + i] * w[kernel + i * units + j];
        z[j] = a[j] = sum;
      }
      if (l < last) for (let j = 0; j < units; j++) a[j] = of(z[j]);
      else if (this.error.sigmoid) for (let j = 0; j < units; j++) a[j] = ACTIVATIONS.sigmoid.of(z[j]);
      [x, at] = [a, 0];
    }
    return x;
  }

  // The values of the last hidden layer at one row, as `output` left them.
  get hidden() {
    return this.layers[this.layers.length - 2].a;
  }

  // The mean loss over all rows of x and y, which stand one after the other; `gradient` is filled with its slopes.
  backpropagate(x, y) {
    const {unit: {slope}, error, weights: w, gradient: g, layers} = this;
    const d = layers[0].inputs, last = layers.length - 1, {units: k, z, a, back} = layers[last], rows = y.length / k;
    let total = 0;
    g.fill(0);
    for (let n = 0; n < rows; n++) {
      this.output(x, n * d);
      for (let j = 0; j < k; j++) {
        total += error.of(z[j], a[j], y[n * k + j]);
        back[j] = error.slope(z[j], a[j], y[n * k + j]) / y.length;
      }
      for (let l = last; l >= 0; l--) {
        const {inputs, units, kernel, bias, back} = layers[l], before = layers[l - 1];
        for (let j = 0; j < units; j++) g[bias + j] += back[j];
        for (let i = 0; i < inputs; i++) {
          const value = before ? before.a[i] : x[n * d + i];
          let sum = 0;
          for (let j = 0, at = kernel + i * units; j < units; j++, at++) {
            g[at] += value * back[j];
            sum += w[at] * back[j];
          }
          if (before) before.back[i] = sum * slope(before.z[i], value);
        }
      }
    }
    return total / y.length;
  }

  // [kernel, biases, kernel, …] in rows, as model.set_weights takes them.
  get arrays() {
    return this.layers.flatMap(({inputs, units, kernel, bias}) => [
      Array.from({length: inputs}, (_, i) => [...this.weights.subarray(kernel + i * units, kernel + (i + 1) * units)]),
      [...this.weights.subarray(bias, bias + units)],
    ]);
  }
}

// Each takes one step along network.gradient; `state` is kept between the steps. The formulas are those of Keras.
export const OPTIMISERS = {
  SGD({weights: w, gradient: g}, state, {rate, momentum}) {
    const m = (state.m ??= new Float64Array(w.length));
    for (let i = 0; i < w.length; i++) w[i] += m[i] = momentum * m[i] - rate * g[i];
  },
  Adam({weights: w, gradient: g}, state, {rate}) {
    const m = (state.m ??= new Float64Array(w.length)), v = (state.v ??= new Float64Array(w.length));
    const t = (state.t = (state.t ?? 0) + 1), length = (rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    for (let i = 0; i < w.length; i++) {
      m[i] += (g[i] - m[i]) * (1 - 0.9);
      v[i] += (g[i] * g[i] - v[i]) * (1 - 0.999);
      w[i] -= (length * m[i]) / (Math.sqrt(v[i]) + 1e-7);
    }
  },
};

// Random numbers that are the same for the same seed in every browser: mulberry32, begun with a mixed seed.
export function randomNumbers(seed) {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  function uniform() { // in (0, 1)
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  }
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return {uniform, normal, within: (limit) => (2 * uniform() - 1) * limit};
}

// How a weight of a layer with d inputs and n units is drawn: first Keras's initialisers, by their names, then the course's.
function truncated(r, sd) { // Keras cuts at two standard deviations and widens by what that takes away
  for (;;) {
    const z = r.normal();
    if (Math.abs(z) < 2) return (z * sd) / 0.87962566103423978;
  }
}
const zero = () => 0;
export const INITIALISATIONS = {
  GlorotUniform: {kernel: (r, d, n) => r.within(Math.sqrt(6 / (d + n))), bias: zero},
  GlorotNormal: {kernel: (r, d, n) => truncated(r, Math.sqrt(2 / (d + n))), bias: zero},
  HeUniform: {kernel: (r, d) => r.within(Math.sqrt(6 / d)), bias: zero},
  HeNormal: {kernel: (r, d) => truncated(r, Math.sqrt(2 / d)), bias: zero},
  LecunUniform: {kernel: (r, d) => r.within(Math.sqrt(3 / d)), bias: zero},
  LecunNormal: {kernel: (r, d) => truncated(r, Math.sqrt(1 / d)), bias: zero},
  "notebook 2: normal": {kernel: (r) => r.normal(), bias: zero},
  "notebook 4: normal, biases ±1/√d": {kernel: (r) => r.normal(), bias: (r, d) => r.within(1 / Math.sqrt(d))},
  "notebook 6: Glorot, biases ±3": {
    kernel: (r, d, n) => r.within(Math.sqrt(6 / (d + n))), bias: (r, d, n, last) => (last ? 0 : r.within(3)),
  },
  "notebook 7: all ±1/√d": {
    kernel: (r, d) => r.within(1 / Math.sqrt(d)), bias: (r, d) => r.within(1 / Math.sqrt(d)),
  },
};

export function initialise(network, name, seed) {
  const r = randomNumbers(seed), {kernel, bias} = INITIALISATIONS[name], w = network.weights;
  for (const {inputs: d, units: n, kernel: from, bias: to} of network.layers) {
    const last = to + n === w.length;
    for (let i = from; i < to; i++) w[i] = kernel(r, d, n);
    for (let i = to; i < to + n; i++) w[i] = bias(r, d, n, last);
  }
}

// The network in Python.
export function kerasCode({layers, activation, error, arrays}) {
  const hidden = {ReLU: '"relu"', sine: "keras.ops.sin"}[activation] ?? `"${activation}"`, last = layers.length - 1;
  const output = error.sigmoid ? ', activation="sigmoid"' : "";
  const dense = ({units}, l) => `    keras.layers.Dense(${units}${l < last ? `, activation=${hidden}` : output}),\n`;
  return `import keras
import numpy as np

model = keras.Sequential([
    keras.Input((${layers[0].inputs},)),
${layers.map(dense).join("")}])
model.set_weights([
${arrays.map((array) => `    np.array(${JSON.stringify(array)}),\n`).join("")}])`;
}
