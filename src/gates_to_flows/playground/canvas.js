// A canvas with coordinates, and what is drawn on it: lines, words, the coloured plane. Colours and dashes as in the figures.

export const PALETTES = {
  light: {
    paper: "#ffffff", ink: "#1f2933", muted: "#52606d", grey: "#9aa5b1", faint: "#e4e7eb",
    blue: "#12355b", orange: "#d1603d", sky: "#6ba3d6", gold: "#efb23e", button: "#12355b", word: "#ffffff",
  },
  dark: {
    paper: "#14181d", ink: "#e4e7eb", muted: "#a9b4c0", grey: "#7b8794", faint: "#2b333c",
    blue: "#9cc3ea", orange: "#ea835f", sky: "#5d93c4", gold: "#efb23e", button: "#9cc3ea", word: "#14181d",
  },
};
const OUTPUT = [[247, 244, 236], [239, 201, 164], [209, 96, 61], [91, 35, 51]]; // from 0 to 1, in light and dark alike
export const DASHED = [6, 3];

const SHADES = Array.from({length: 256}, (_, shade) => {
  const place = (3 * shade) / 255, i = Math.min(2, Math.floor(place)), part = place - i;
  return OUTPUT[i].map((low, c) => Math.round(low + part * (OUTPUT[i + 1][c] - low)));
});
export const outputColour = (value) => SHADES[Math.round(255 * Math.min(1, Math.max(0, value)))] ?? SHADES[0]; // of NaN too

// A canvas made ready: as sharp as the screen, empty, in the units of the page.
export function sheetOf(canvas, colours) {
  const sharp = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight, c = canvas.getContext("2d");
  if (canvas.width !== Math.round(w * sharp) || canvas.height !== Math.round(h * sharp))
    [canvas.width, canvas.height] = [Math.round(w * sharp), Math.round(h * sharp)];
  c.setTransform(sharp, 0, 0, sharp, 0, 0);
  c.fillStyle = colours.paper;
  c.fillRect(0, 0, w, h);
  c.font = "12px system-ui, sans-serif";
  [c.lineJoin, c.lineCap] = ["round", "round"];
  return {c, w, h, colours};
}

export function stroke({c}, points, colour, width = 1, dash = []) {
  c.setLineDash(dash.map((part) => part * Math.max(1, width / 3)));
  [c.strokeStyle, c.lineWidth, c.lineCap] = [colour, width, dash.length ? "butt" : "round"]; // round ends would fill the gaps
  c.beginPath();
  for (const [x, y] of points) c.lineTo(x, y);
  c.stroke();
  c.setLineDash([]);
}

export function write({c, colours}, text, x, y, align = "left", colour = colours.muted) {
  [c.fillStyle, c.textAlign, c.textBaseline] = [colour, align, "middle"];
  c.fillText(text, x, y);
}

export function ticks(low, high) {
  const rough = (high - low) / 4, ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * [1, 2, 5, 10].find((m) => m * ten >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(+(i * step).toPrecision(6));
  return found;
}
export const signed = (number) => String(number).replace("-", "−");
export const short = (number) => signed(number.toFixed(1)).replace("−0.0", "0.0");

// A region of the sheet with coordinates, its ticks and names. Everything drawn until `c.restore()` stays inside.
export function axes(sheet, [left, right, bottom, top], {names, square = false, at = [38, 10, sheet.w - 48, sheet.h - 42]}) {
  let [x, y, w, h] = at;
  const {c, colours} = sheet;
  if (square) {
    const side = Math.min(w, h);
    [x, w, h] = [x + (w - side) / 2, side, side];
  }
  const px = (v) => x + ((v - left) / (right - left)) * w, py = (v) => y + h - ((v - bottom) / (top - bottom)) * h;
  for (const t of ticks(left, right)) write(sheet, signed(t), px(t), y + h + 11, "center");
  const below = ticks(bottom, top).filter((t) => py(t) > y + 15); // the name stands at the top
  for (const t of below) write(sheet, signed(t), x - 7, py(t), "right");
  write(sheet, names[0], x + w, y + h + 25, "right", colours.ink);
  write(sheet, names[1], x - 7, y + 2, "right", colours.ink);
  c.save();
  c.beginPath();
  c.rect(x, y, w, h);
  c.clip();
  return {x, y, w, h, px, py, left, right, bottom, top};
}

export function finish(sheet, area) {
  sheet.c.restore();
  [sheet.c.strokeStyle, sheet.c.lineWidth] = [sheet.colours.grey, 1];
  sheet.c.strokeRect(area.x, area.y, area.w, area.h);
  return area;
}

// The plane coloured by value(x₁, x₂), from 0 to 1; returns the values, n × n from the top left.
const small = typeof document === "undefined" ? null : document.createElement("canvas");
export function heat({c}, {x, y, w, h, left, right, bottom, top}, value, n = 56) {
  const image = c.createImageData(n, n), values = new Float64Array(n * n);
  for (let r = 0, i = 0; r < n; r++)
    for (let q = 0; q < n; q++, i++) {
      values[i] = value(left + ((right - left) * (q + 0.5)) / n, top - ((top - bottom) * (r + 0.5)) / n);
      const [red, green, blue] = outputColour(values[i]);
      [image.data[4 * i], image.data[4 * i + 1], image.data[4 * i + 2], image.data[4 * i + 3]] = [red, green, blue, 255];
    }
  [small.width, small.height] = [n, n];
  small.getContext("2d").putImageData(image, 0, 0);
  c.drawImage(small, 0, 0, n, n, x, y, w, h);
  return values;
}

// Where the values of `heat` cross one half: a piece of line in each square of neighbours.
export function contour(sheet, {x, y, w, h}, values, colour) {
  const {c} = sheet, n = Math.sqrt(values.length), place = (q, r) => [x + ((q + 0.5) / n) * w, y + ((r + 0.5) / n) * h];
  [c.strokeStyle, c.lineWidth] = [colour, 1.6];
  c.beginPath();
  for (let r = 0; r + 1 < n; r++)
    for (let q = 0; q + 1 < n; q++) {
      const first = values[r * n + q] < 0.5, same = (i) => values[i] < 0.5 === first;
      if (same(r * n + q + 1) && same((r + 1) * n + q) && same((r + 1) * n + q + 1)) continue;
      const corners = [[q, r], [q + 1, r], [q + 1, r + 1], [q, r + 1]], crossings = [];
      corners.forEach(([q0, r0], i) => {
        const [q1, r1] = corners[(i + 1) % 4], a = values[r0 * n + q0] - 0.5, b = values[r1 * n + q1] - 0.5, part = a / (a - b);
        if (a < 0 !== b < 0) crossings.push(place(q0 + part * (q1 - q0), r0 + part * (r1 - r0)));
      });
      crossings.forEach((at, i) => (i % 2 ? c.lineTo(...at) : c.moveTo(...at)));
    }
  c.stroke();
}

// A filled square for output 1, an open circle for output 0.
export function mark({c}, [x, y], one, size) {
  const light = PALETTES.light;
  c.beginPath();
  if (one) c.rect(x - size, y - size, 2 * size, 2 * size);
  else c.arc(x, y, size, 0, 7);
  [c.fillStyle, c.strokeStyle] = one ? [light.blue, light.paper] : [light.paper, light.orange];
  c.lineWidth = Math.min(one ? 1.5 : 2, size / 3);
  c.fill();
  c.stroke();
}

export function arrowHead(c, [x0, y0], [x, y], colour) {
  const length = Math.hypot(x - x0, y - y0);
  if (!(length > 0.3)) return;
  const [u, v] = [(4 * (x - x0)) / length, (4 * (y - y0)) / length];
  c.fillStyle = colour;
  c.beginPath();
  for (const [a, b] of [[x + u, y + v], [x - v / 2, y + u / 2], [x + v / 2, y - u / 2]]) c.lineTo(a, b);
  c.fill();
}
