// What can be learned: tables, points in the plane, functions of one variable, vector fields, and one's own points.
import {LOSSES} from "./network.js";

const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const spread = (n, low, high) => Array.from({length: n}, (_, i) => low + ((high - low) * i) / (n - 1));

// Data of one kind: "line" (one input, one output), "plane" (two inputs, one output) or "field" (two and two).
function data(kind, x, y, box, more = {}) {
  const classes = kind === "plane" && y.every(([value]) => value === 0 || value === 1);
  return {kind, x, y, box, classes, flatX: Float64Array.from(x.flat()), flatY: Float64Array.from(y.flat()), ...more};
}

function table(outputs, merged = []) {
  const rows = {merged: [...merged, [0, 1, 2, 3]], table: true};
  return () => data("plane", CORNERS, outputs.map((bit) => [bit]), [-0.25, 1.25, -0.25, 1.25], rows);
}
// The rows that a network for XOR may fail to keep apart, in the order 00, 01, 10, 11.
const XOR_MERGED = [[1, 3], [1, 2, 3]];

// Places in the plane, of class 0 and 1 in turn; they stand in point_sets.json, for Python too.
function pointSet(name, reach) {
  return () => data("plane", POINT_SETS[name], POINT_SETS[name].map((_, n) => [n % 2]), [-reach, reach, -reach, reach]);
}

function functionOf(f, low, high, bottom, top, more = {}) {
  const x = spread(65, low, high);
  return () => data("line", x.map((t) => [t]), x.map((t) => [f(t)]), [low, high, bottom, top], {target: f, ...more});
}

function field(f, [left, right, bottom, top], starts, names) {
  const x = spread(11, left, right).flatMap((q) => spread(11, bottom, top).map((p) => [q, p]));
  return () => data("field", x, x.map(f), [left, right, bottom, top], {target: f, starts, names});
}
// Prey x and predators y in units of the equilibrium, with the rates of notebook 12: both animals then count about as much.
const lotkaVolterra = ([x, y]) => [0.55 * x * (1 - y), 0.8 * y * (x - 1)];

export const DATA = {
  XOR: table([0, 1, 1, 0], XOR_MERGED),
  "x₁ ↔ x₂": table([1, 0, 0, 1], XOR_MERGED),
  "x₁ AND x₂": table([0, 0, 0, 1]),
  "x₁ OR x₂": table([0, 1, 1, 1]),
  "x₁ → x₂": table([1, 1, 0, 1]),
  circles: pointSet("circles", 1.4),
  spirals: pointSet("spirals", 1.8),
  "two moons": pointSet("two moons", 2),
  // What the sine loses where one or both of its edges are flat: notebook 6.
  "sin x": functionOf(Math.sin, -Math.PI, Math.PI, -1.5, 1.5, {
    levels: [[0.0313, "one edge of the sine is missed"], [0.0627, "both edges of the sine are missed"]],
  }),
  "exp x": functionOf(Math.exp, -1, 1, -0.5, 3.2),
  "|x|": functionOf(Math.abs, -1, 1, -0.5, 1.5),
  "sin 10x": functionOf((x) => Math.sin(10 * x), -1, 1, -1.5, 1.5),
  "1/(1 + 25x²)": functionOf((x) => 1 / (1 + 25 * x * x), -1, 1, -0.5, 1.5),
  step: functionOf((x) => (x < 0 ? 0 : 1), -1, 1, -0.5, 1.5),
  "four sines": functionOf((x) => [1, 2, 4, 8].reduce((sum, k) => sum + Math.sin(k * x), 0), -Math.PI, Math.PI, -4, 4),
  oscillator: field(([q, p]) => [p, -q], [-2, 2, -2, 2], [[0.6, 0], [1.2, 0], [1.8, 0]], ["q", "p"]),
  pendulum: field(([q, p]) => [p, -Math.sin(q)], [-3.5, 3.5, -3, 3], [[0.8, 0], [1.7, 0], [2.6, 0], [-3.4, 2.2]], ["q", "p"]),
  "Lotka–Volterra": field(lotkaVolterra, [0, 3, 0, 3], [[1.3, 1], [1.7, 1], [2.2, 1]], ["x", "y"]),
};

// Numbers in a row of one's own points: inputs, then outputs.
export const OWN = {"own points": [2, 1, "plane"], "own function": [1, 1, "line"], "own field": [2, 2, "field"]};

// Settings in which each begins: those of the notebook that treats it.
const TABLE = {
  hidden: [2], activation: "sigmoid", loss: "squared error", optimiser: "SGD", rate: 0.02,
  initialisation: "notebook 4: normal, biases ±1/√d",
};
const CLASSES = {
  hidden: [6], activation: "tanh", loss: "cross-entropy", optimiser: "Adam", rate: 0.02,
  initialisation: "notebook 7: all ±1/√d",
};
const CURVE = {
  hidden: [8], activation: "tanh", loss: "squared error", optimiser: "Adam", rate: 0.01,
  initialisation: "notebook 6: Glorot, biases ±3",
};
const FIELD = {...CURVE, hidden: [16]};
const SPECIAL = {
  spirals: {hidden: [12, 12], rate: 0.01}, "sin x": {hidden: [4]}, "sin 10x": {hidden: [16]},
  "four sines": {hidden: [32, 32], rate: 0.003, initialisation: "notebook 7: all ±1/√d"}, "own points": {hidden: [8]},
};
export function settingsFor(name) {
  const kind = OWN[name]?.[2] ?? DATA[name]().kind;
  const usual = {plane: name in OWN || !DATA[name]().table ? CLASSES : TABLE, line: CURVE, field: FIELD}[kind];
  return {...usual, ...SPECIAL[name], momentum: 0.9};
}

// The data of a name. Raises an error whose message is a sentence for the reader.
export function dataNamed(name, points = []) {
  if (Object.hasOwn(DATA, name)) return DATA[name]();
  if (!Object.hasOwn(OWN, name)) throw new Error(`There are no data with the name “${name}”.`);
  const [inputs, outputs, kind] = OWN[name];
  points.forEach((row, n) => {
    if (row.length !== inputs + outputs || !row.every(Number.isFinite))
      throw new Error(`Row ${n + 1} of the points should be ${inputs + outputs} numbers: ${inputs} in, ${outputs} out.`);
  });
  const [x, y] = [points.map((row) => row.slice(0, inputs)), points.map((row) => row.slice(inputs))];
  const across = kind === "line" ? [x.flat(), y.flat()] : [0, 1].map((i) => x.map((row) => row[i]));
  const ends = across.flatMap((values) => {
    if (values.every((value) => Math.abs(value) <= 1.2)) return [-1.2, 1.2]; // which stays while points are put into the picture
    const low = Math.min(...values), high = Math.max(...values), beside = 0.1 * (high - low) || 1;
    return [low - beside, high + beside];
  });
  if (kind !== "field") return data(kind, x, y, ends);
  const starts = [0.3, 0.6, 0.85].map((far) => [ends[0] + ((ends[1] - ends[0]) * (1 + far)) / 2, (ends[2] + ends[3]) / 2]);
  return data(kind, x, y, ends, {starts, names: ["x₁", "x₂"]});
}

// [value, name, what it means]: losses at which a network waits because some rows share one output, the mean of their targets.
export function levelsOf({y, flatY, kind, merged = [y.map((_, n) => n)], levels = []}, loss) {
  const {of} = LOSSES[loss], entropy = loss === "cross-entropy";
  if (kind === "field" || y.length < 2) return [];
  const shared = merged.map((rows) => {
    const targets = rows.map((n) => y[n][0]), mean = targets.reduce((sum, t) => sum + t) / rows.length;
    const z = Math.log(mean / (1 - mean)); // the sum of a sigmoid output of this value
    const value = targets.reduce((sum, t) => sum + of(z, mean, t), 0) / flatY.length;
    const which = rows.length === y.length ? "all" : {2: "two", 3: "three"}[rows.length];
    return [value, levelName(value), kind === "line" ? "the output is the same for all x" : `${which} rows share one output`];
  });
  const other = entropy ? [] : levels.map(([value, says]) => [value, levelName(value), says]);
  return [...other, ...shared].filter(([value]) => value > 0 && Number.isFinite(value));
}

function levelName(value) {
  const known = {"1/8": 1 / 8, "1/6": 1 / 6, "3/16": 3 / 16, "1/4": 1 / 4, "½ ln 2": Math.LN2 / 2, "ln 2": Math.LN2};
  return Object.keys(known).find((name) => Math.abs(known[name] / value - 1) < 1e-9) ?? value.toPrecision(3);
}
