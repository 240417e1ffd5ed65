// What a training looks like: its output, what each hidden unit does, its loss, its weights.
import {arrowHead, axes, contour, DASHED, finish, heat, mark, outputColour, PALETTES, sheetOf, short} from "./canvas.js";
import {stroke, ticks, write} from "./canvas.js";

function rows(sheet, data, place) {
  data.x.forEach((row, n) => mark(sheet, place(row), data.y[n][0] > 0.5, data.table ? 7 : 3.2));
}

// Returns the axes, so that a click can be read in their coordinates.
export function drawOutput(canvas, training, colours) {
  const sheet = sheetOf(canvas, colours);
  return ({line: outputOverLine, plane: outputOverPlane, field: flow})[training.data.kind](sheet, training);
}

function outputOverPlane(sheet, {network, data}) {
  const area = axes(sheet, data.box, {names: ["x₁", "x₂"], square: true, at: [30, 10, sheet.w - 96, sheet.h - 42]});
  contour(sheet, area, heat(sheet, area, (a, b) => network.output([a, b])[0]), PALETTES.light.ink);
  rows(sheet, data, ([a, b]) => [area.px(a), area.py(b)]);
  finish(sheet, area);
  const {c} = sheet, x = area.x + area.w + 14;
  for (let i = 0; i < area.h; i++) {
    c.fillStyle = `rgb(${outputColour(1 - i / area.h)})`;
    c.fillRect(x, area.y + i, 12, 1.5);
  }
  [1, 0.5, 0].forEach((v) => write(sheet, v === 0.5 ? "½" : v, x + 17, area.y + (1 - v) * area.h + (v === 1 ? 6 : v ? 0 : -5)));
  write(sheet, "ŷ", x + 34, area.y + 6, "left", sheet.colours.ink);
  return area;
}

function outputOverLine(sheet, {network, data}) {
  const {colours} = sheet, area = axes(sheet, data.box, {names: ["x", "y"]}), [left, right] = data.box;
  const x = Array.from({length: 241}, (_, i) => left + ((right - left) * i) / 240);
  const curve = (f) => x.map((t) => [area.px(t), area.py(f(t))]);
  stroke(sheet, [[area.x, area.py(0)], [area.x + area.w, area.py(0)]], colours.faint);
  if (data.target) stroke(sheet, curve(data.target), colours.grey, 5);
  else data.x.forEach(([t], n) => {
    sheet.c.fillStyle = colours.grey;
    sheet.c.fillRect(area.px(t) - 2.5, area.py(data.y[n][0]) - 2.5, 5, 5);
  });
  stroke(sheet, curve((t) => network.output([t])[0]), colours.orange, 2.2);
  return finish(sheet, area);
}

// Short pieces of streamlines of the network, and paths along it in colour over the true ones in grey.
function flow(sheet, {network, data}) {
  const {c, colours} = sheet, area = axes(sheet, data.box, {names: data.names});
  const learned = (p) => [...network.output(p)], [left, right, bottom, top] = data.box;
  const walk = (f, p, h, n) => {
    const points = [p];
    for (let i = 0; i < n && p.every((v) => Math.abs(v) < 1e3); i++) points.push((p = rungeKutta(f, p, h)));
    return points.map(([a, b]) => [area.px(a), area.py(b)]);
  };
  const fast = Math.max(...data.y.map(([a, b]) => Math.hypot(a, b)), 1e-9), far = (right - left) / 9;
  c.globalAlpha = 0.8;
  for (let i = 0; i < 13; i++)
    for (let j = 0; j < 10; j++) {
      const from = [left + ((right - left) * (i + 0.5)) / 13, bottom + ((top - bottom) * (j + 0.5)) / 10];
      const points = walk(learned, from, far / fast / 3, 3), [a, b] = points.slice(-2);
      stroke(sheet, points, colours.grey, 1.1);
      arrowHead(c, a, b, colours.grey);
    }
  c.globalAlpha = 1;
  data.starts.forEach((p) => {
    if (data.target) stroke(sheet, walk(data.target, p, 0.05, 240), colours.grey, 5);
  });
  data.starts.forEach((p) => {
    stroke(sheet, walk(learned, p, 0.05, 240), colours.orange, 2.2);
    mark(sheet, [area.px(p[0]), area.py(p[1])], false, 4);
  });
  return finish(sheet, area);
}

function rungeKutta(f, p, h) {
  const moved = (k, s) => [p[0] + s * k[0], p[1] + s * k[1]];
  const a = f(p), b = f(moved(a, h / 2)), d = f(moved(b, h / 2)), e = f(moved(d, h));
  return p.map((v, i) => v + (h / 6) * (a[i] + 2 * b[i] + 2 * d[i] + e[i]));
}

// The last hidden layer: on a line the steps that add up, of two units over the plane the folded square, else each unit's plane.
export function drawUnits(canvas, training, colours) {
  const sheet = sheetOf(canvas, colours), {data, network} = training, units = network.hidden.length;
  if (data.kind === "line") steps(sheet, training);
  else if (data.kind === "plane" && units === 2) foldedPlane(sheet, training);
  else planesOfUnits(sheet, training);
}

function outgoing({layers, weights}) {
  const {kernel, bias, inputs, units} = layers[layers.length - 1];
  return {v: Array.from({length: inputs}, (_, j) => weights[kernel + j * units]), c: weights[bias]};
}

// Small areas side by side, for as many units as there is room.
function panels({w, h}, count, gap = 8, top = 16) {
  const columns = count <= 3 ? count : Math.ceil(Math.sqrt((count * w) / h)), lines = Math.ceil(count / columns);
  const [width, height] = [(w - 16 - gap * (columns - 1)) / columns, (h - 8) / lines];
  return Array.from({length: count}, (_, i) => ({
    x: 8 + (i % columns) * (width + gap), y: Math.floor(i / columns) * height + top, w: width, h: height - top - 2,
  }));
}

function planesOfUnits(sheet, {network, data}) {
  const [left, right, bottom, top] = data.box, {colours} = sheet, {v} = outgoing(network), shown = Math.min(16, v.length);
  const range = {sigmoid: [0, 1], ReLU: [0, null]}[network.activation] ?? [-1, 1];
  panels(sheet, shown).forEach((box, j) => {
    const area = {...box, left, right, bottom, top};
    const most = range[1] ?? Math.max(1e-9, ...data.x.map((p) => (network.output(p), network.hidden[j])));
    heat(sheet, area, (a, b) => (network.output([a, b]), (network.hidden[j] - range[0]) / (most - range[0])), 20);
    const plus = v[j] >= 0;
    stroke(sheet, corners(box), plus ? colours.blue : colours.orange, Math.min(5, 1 + Math.abs(v[j])), plus ? [] : DASHED);
    write(sheet, data.kind === "plane" ? `h${j + 1} · ${short(v[j])}` : `h${j + 1}`, box.x, box.y - 8);
  });
}
const corners = ({x, y, w, h}) => [[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]];

function foldedPlane(sheet, {network, data}) {
  const {colours} = sheet, folded = (p) => (network.output(p), [...network.hidden]);
  const [low, high, below, above] = data.table ? [0, 1, 0, 1] : data.box, part = (a, b, i, n) => a + ((b - a) * i) / n;
  const lines = [];
  for (let i = 0; i <= 8; i++) {
    const along = Array.from({length: 33}, (_, k) => k);
    lines.push(along.map((k) => folded([part(low, high, k, 32), part(below, above, i, 8)])));
    lines.push(along.map((k) => folded([part(low, high, i, 8), part(below, above, k, 32)])));
  }
  const all = lines.flat(), limits = [0, 1].map((i) => all.map((p) => p[i])).map((v) => [Math.min(...v), Math.max(...v)]);
  const span = Math.max(0.02, ...limits.map(([a, b]) => b - a)) * 0.62, middle = limits.map(([a, b]) => (a + b) / 2);
  const area = axes(sheet, middle.flatMap((m) => [m - span, m + span]), {names: ["h₁", "h₂"], square: true});
  const place = ([a, b]) => [area.px(a), area.py(b)];
  for (const line of lines) stroke(sheet, line.map(place), colours.grey, 0.8);
  const {v, c} = outgoing(network), half = network.error.sigmoid ? c : c - 0.5; // where the output is one half
  const length = Math.hypot(...v), foot = v.map((w) => (-half * w) / length ** 2);
  const far = 4 * (span + Math.hypot(...middle, ...foot));
  const ends = [-far, far].map((s) => [foot[0] - (s * v[1]) / length, foot[1] + (s * v[0]) / length]);
  if (length) stroke(sheet, ends.map(place), colours.ink, 1.8);
  rows(sheet, data, (p) => place(folded(p)));
  finish(sheet, area);
}

// Each unit's part of the output, counted from the left end, in the order of their middles; below, of few, the sum so far.
function steps(sheet, {network, data}) {
  const {c, w, h, colours} = sheet, [left, right, bottom, top] = data.box, n = 80, {v, c: constant} = outgoing(network);
  const x = Array.from({length: n + 1}, (_, i) => left + ((right - left) * i) / n);
  const values = x.map((t) => (network.output([t]), network.hidden.map((a, j) => v[j] * a)));
  const parts = v.map((_, j) => values.map((row) => row[j] - values[0][j]));
  const middle = parts.map((part) => part.findIndex((value) => Math.abs(value) >= Math.abs(part[n]) / 2));
  const order = [...v.keys()].sort((a, b) => middle[a] - middle[b]), reach = Math.max(1, ...parts.flat().map(Math.abs));
  const sums = order.length <= 8, tall = sums ? 0.36 * h : 0, wide = (w - 11) / order.length;
  const across = order.map((_, k) => ({x: 8 + k * wide, y: 16, w: wide - 5, h: tall}));
  const boxes = sums ? across : panels(sheet, order.length, 5);

  // A curve over another one, both with n + 1 heights on the sheet, and what lies between.
  function draw(box, upper, lower, colour, line, dash) {
    const px = (i) => box.x + (i / n) * box.w;
    [c.fillStyle, c.globalAlpha] = [colour, 0.2];
    c.beginPath();
    upper.forEach((y, i) => c.lineTo(px(i), y));
    lower.forEach((_, i) => c.lineTo(px(n - i), lower[n - i]));
    c.fill();
    c.globalAlpha = 1;
    return () => stroke(sheet, upper.map((y, i) => [px(i), y]), line, line === colour ? 2.2 : 1.6, dash);
  }

  const output = (sum) => (network.error.sigmoid ? 1 / (1 + Math.exp(-sum)) : sum);
  const target = data.target ? x.map((t) => [t, data.target(t)]) : data.x.map(([t], i) => [t, data.y[i][0]]);
  let total = x.map(() => values[0].reduce((sum, value) => sum + value, constant));
  order.forEach((j, k) => {
    const box = boxes[k], [colour, dash] = parts[j][n] > 0 ? [colours.blue, []] : [colours.orange, DASHED];
    const high = (value) => box.y + box.h / 2 - (value / reach) * 0.46 * box.h;
    stroke(sheet, [[box.x, high(0)], [box.x + box.w, high(0)]], colours.faint);
    draw(box, parts[j].map(high), parts[j].map(() => high(0)), colour, colour, dash)();
    if (box.w > 22) write(sheet, `h${j + 1}`, box.x, box.y - 8);
    if (!sums) return;
    const next = total.map((value, i) => value + parts[j][i]);
    const low = (y) => 0.46 * h + 0.52 * h * (1 - (y - bottom) / (top - bottom));
    c.save();
    c.beginPath();
    c.rect(box.x, 0.46 * h, box.w, 0.52 * h);
    c.clip();
    const sum = draw(box, next.map((s) => low(output(s))), total.map((s) => low(output(s))), colour, colours.ink, []);
    stroke(sheet, target.map(([t, y]) => [box.x + ((t - left) / (right - left)) * box.w, low(y)]), colours.grey, 4);
    sum();
    c.restore();
    total = next;
  });
}

// The loss over the steps on a logarithmic axis, with the levels at which a network may wait.
export function drawLoss(canvas, {losses, levels}, colours) {
  const sheet = sheetOf(canvas, colours), {w, h} = sheet, [left, top, right, bottom] = [44, 10, w - 52, h - 32];
  const seen = losses.filter((loss) => Number.isFinite(loss) && loss > 0);
  if (!seen.length) return;
  let [least, most] = [Infinity, 0];
  for (const loss of seen) [least, most] = [Math.min(least, loss), Math.max(most, loss)];
  const high = Math.log10(most) + 0.2, low = Math.max(-12, Math.min(high - 1.3, Math.log10(least) - 0.1));
  const x = (step) => left + (step / Math.max(100, losses.length - 1)) * (right - left);
  const y = (loss) => top + ((high - Math.log10(loss)) / (high - low)) * (bottom - top);
  const every = Math.ceil((high - low) / 6);
  for (let e = Math.floor(high); e >= low; e -= every) {
    stroke(sheet, [[left, y(10 ** e)], [right, y(10 ** e)]], colours.faint);
    write(sheet, e > -3 && e < 4 ? String(+(10 ** e).toPrecision(1)) : `10${raised(e)}`, left - 6, y(10 ** e), "right");
  }
  let before = -Infinity;
  for (const [value, name] of [...levels].sort((a, b) => b[0] - a[0])) {
    if (value < 10 ** low || value > 10 ** high) continue;
    stroke(sheet, [[left, y(value)], [right, y(value)]], colours.gold, 2, [2, 4]);
    before = Math.max(y(value), before + 13); // names of near levels stand below each other
    write(sheet, name, right + 7, before, "left", colours.ink);
  }
  const n = Math.min(losses.length, 400), curve = [];
  for (let i = 0; i < n; i++) {
    const step = n > 1 ? Math.round((i / (n - 1)) * (losses.length - 1)) : 0;
    if (losses[step] > 0 && Number.isFinite(losses[step])) curve.push([x(step), y(Math.max(losses[step], 10 ** low))]);
  }
  stroke(sheet, curve, colours.blue, 2);
  const end = curve[curve.length - 1];
  sheet.c.fillStyle = colours.blue;
  sheet.c.beginPath();
  sheet.c.arc(...end, 3.5, 0, 7);
  sheet.c.fill();
  stroke(sheet, [[left, top], [left, bottom], [right, bottom]], colours.grey);
  for (const t of ticks(0, Math.max(100, losses.length - 1)))
    write(sheet, t.toLocaleString("en").replaceAll(",", "\u202f"), x(t), bottom + 11, "center");
  write(sheet, "step", right, bottom + 25, "right", colours.ink);
}

const raised = (number) => [...String(number)].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻").join("");

// The network: a line for each weight, thick where it is large, dashed where it is negative; biases as discs in the units.
export function drawWeights(canvas, {network, data}, colours) {
  const sheet = sheetOf(canvas, colours), {c, w, h} = sheet, {layers, weights} = network;
  const sizes = [layers[0].inputs, ...layers.map(({units}) => units)], most = Math.max(2, ...weights.map(Math.abs));
  const place = (l, j) => [36 + (l * (w - 72)) / (sizes.length - 1), 14 + ((j + 0.5) * (h - 28)) / sizes[l]];
  const few = weights.length <= 17, look = (value) => (value >= 0 ? [colours.blue, []] : [colours.orange, DASHED]);
  layers.forEach(({inputs, units, kernel}, l) => {
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j < units; j++) {
        const value = weights[kernel + i * units + j], [from, to] = [place(l, i), place(l + 1, j)], [colour, dash] = look(value);
        c.globalAlpha = few ? 1 : 0.75;
        stroke(sheet, [from, to], colour, 0.3 + (6 * Math.abs(value)) / most, dash);
      }
  });
  c.globalAlpha = 1;
  const inputs = data.names ?? (sizes[0] === 1 ? ["x"] : ["x₁", "x₂"]);
  const outputs = data.names?.map((name) => `${name}\u0307`) ?? ["ŷ"];
  const name = (l, j) => ({0: inputs, [layers.length]: outputs})[l]?.[j] ?? "";
  sizes.forEach((size, l) => {
    const radius = Math.min(11, Math.max(3, (0.4 * (h - 28)) / size));
    for (let j = 0; j < size; j++) {
      const [x, y] = place(l, j), bias = l ? weights[layers[l - 1].bias + j] : 0, [colour, dash] = look(bias);
      c.setLineDash([]);
      c.beginPath();
      c.arc(x, y, radius, 0, 7);
      [c.fillStyle, c.strokeStyle, c.lineWidth] = [colours.paper, colours.ink, 1.2];
      c.fill();
      c.stroke();
      if (l && radius > 4) {
        c.setLineDash(dash.length ? [2, 2] : []);
        c.beginPath();
        c.arc(x, y, (radius - 2) * Math.sqrt(Math.abs(bias) / most), 0, 7);
        [c.strokeStyle, c.fillStyle, c.lineWidth] = [colour, dash.length ? colours.paper : colour, 1.6];
        c.fill();
        c.stroke();
        c.setLineDash([]);
      }
      write(sheet, name(l, j), l ? x + radius + 5 : x - radius - 5, y, l ? "left" : "right", colours.ink);
      if (few && l) write(sheet, short(bias), x, y + radius + 9, "center");
    }
  });
  if (few) layers.forEach(({inputs, units, kernel}, l) => {
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j < units; j++) {
        const part = inputs === 1 ? 0.7 : i === j || units === 1 ? 0.32 : 0.2; // where lines do not meet
        const [a, b] = [place(l, i), place(l + 1, j)];
        const [x, y] = [0, 1].map((k) => a[k] + part * (b[k] - a[k])), text = short(weights[kernel + i * units + j]);
        const wide = c.measureText(text).width + 8;
        c.fillStyle = colours.paper;
        c.fillRect(x - wide / 2, y - 7, wide, 14);
        write(sheet, text, x, y, "center", colours.ink);
      }
  });
}
