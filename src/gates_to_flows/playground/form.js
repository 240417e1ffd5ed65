// What stands on the page: the form, the buttons, the places of pictures and words, and how they look.
import {DATA, OWN} from "./data.js";
import {ACTIVATIONS, INITIALISATIONS, LOSSES, OPTIMISERS} from "./network.js";

export const STARTS = {starts: 10000, steps: 2000}; // those of notebook 4
export const MOST_UNITS = 32;

export const STYLE = `
.g2f { container-type: inline-size; max-width: 58rem; font: 14px/1.5 system-ui, sans-serif; color: var(--ink); }
.g2f > div { background: var(--paper); border: 1px solid var(--faint); border-radius: 10px; padding: 14px; display: grid; gap: 12px; }
.g2f form, .g2f .bar, .g2f .fields { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end; margin: 0; }
.g2f label { display: grid; gap: 2px; font-size: 12px; color: var(--muted); max-width: 100%; }
.g2f fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.g2f legend { font-size: 12px; color: var(--muted); padding: 0; }
.g2f .layers { display: flex; gap: 4px; }
.g2f button, .g2f select, .g2f input, .g2f textarea { font: inherit; font-size: 14px; color: var(--ink); background: var(--paper); border: 1px solid var(--grey); border-radius: 6px; min-height: 36px; padding: 4px 8px; max-width: 100%; box-sizing: border-box; margin: 0; }
.g2f input { width: 5.4rem; }
.g2f .layers input { width: 3.6rem; }
.g2f textarea { width: 100%; font-family: ui-monospace, monospace; }
.g2f button { cursor: pointer; }
.g2f button.main { background: var(--button); border-color: var(--button); color: var(--word); min-width: 6rem; }
.g2f :is(button, select, input, textarea, summary):focus-visible { outline: 3px solid var(--sky); outline-offset: 1px; }
.g2f [hidden] { display: none !important; }
.g2f summary { cursor: pointer; color: var(--muted); width: fit-content; padding: 6px 0; }
.g2f .now { display: flex; flex-wrap: wrap; gap: 2px 22px; color: var(--muted); font-variant-numeric: tabular-nums; }
.g2f .now b { display: inline-block; min-width: 4.6em; color: var(--ink); font-weight: 600; }
.g2f .verdict { min-height: 1.5em; }
.g2f .views { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; }
.g2f figure { margin: 0; min-width: 0; }
.g2f figcaption { font-size: 12px; font-weight: normal; color: var(--muted); padding: 0 0 4px; text-align: left; }
.g2f canvas { display: block; width: 100%; aspect-ratio: 4 / 3; border-radius: 6px; }
.g2f canvas.own { cursor: crosshair; touch-action: none; }
.g2f progress { width: 100%; accent-color: var(--orange); }
.g2f pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.5 ui-monospace, monospace; max-height: 16em; overflow: auto; margin: 0; padding: 8px; border: 1px solid var(--faint); border-radius: 6px; color: var(--ink); background: var(--paper); }
.g2f p { margin: 0; }
@container (max-width: 36rem) {
  .g2f > div { padding: 8px; border-left: 0; border-right: 0; border-radius: 0; }
  .g2f .views { grid-template-columns: 1fr; }
  .g2f .verdict { min-height: 4.5em; }
  .g2f .bar button { flex: 1 1 auto; }
}`;

const options = (names) => names.map((name) => `<option>${name}</option>`).join("");
const layer = (n) =>
  `<input type="number" name="hidden" aria-label="hidden units in layer ${n}" min="${n > 1 ? 0 : 1}" max="${MOST_UNITS}" required>`;
const view = (name, caption = "") =>
  `<figure><figcaption data-caption="${name}">${caption}</figcaption><canvas data-view="${name}" role="img"></canvas></figure>`;
export const FORM = `
<form>
  <label>data<select name="data">${options([...Object.keys(DATA), ...Object.keys(OWN)])}</select></label>
  <label>seed<input type="number" name="seed" min="0" max="999999999" required></label>
  <label>steps a frame<input type="number" name="speed" min="1" max="500" required></label>
  <details><summary></summary><div class="fields">
    <fieldset><legend>hidden units in layers 1, 2, 3</legend><div class="layers">${[1, 2, 3].map(layer).join("")}</div></fieldset>
    <label>activation<select name="activation">${options(Object.keys(ACTIVATIONS))}</select></label>
    <label>loss<select name="loss">${options(Object.keys(LOSSES))}</select></label>
    <label>optimiser<select name="optimiser">${options(Object.keys(OPTIMISERS))}</select></label>
    <label>learning rate<input type="number" name="rate" min="0" step="any" required></label>
    <label>momentum<input type="number" name="momentum" min="0" max="0.999" step="any" required></label>
    <label>initialisation<select name="initialisation">${options(Object.keys(INITIALISATIONS))}</select></label>
  </div></details>
</form>
<div class="bar">
  <button type="button" class="main" data-do="train">Train</button>
  <button type="button" data-do="one">One step</button>
  <button type="button" data-do="rewind">Back to the same start</button>
  <button type="button" data-do="next">Next seed</button>
  <button type="button" data-do="push">Push</button>
  <button type="button" data-do="starts">Ten thousand starts</button>
  <button type="button" data-do="code" aria-expanded="false">Weights as code</button>
</div>
<p class="now">
  <span>step <b data-now="step"></b></span><span>loss <b data-now="loss"></b></span>
  <span>length of the gradient <b data-now="gradient"></b></span>
</p>
<p class="verdict" role="status" aria-live="polite"></p>
<div class="many" hidden>
  <progress max="${STARTS.starts}" value="0" aria-label="starts done"></progress>
  <p data-found></p><p data-where role="status"></p><div class="bar" data-seeds></div>
</div>
<div class="views">
  ${view("output")}${view("units")}
  ${view("loss", "Loss, and levels at which networks wait")}${view("weights", "Weights and biases: negative ones are dashed")}
</div>
<div class="points" hidden>
  <label>one point a line<textarea name="points" rows="5" spellcheck="false"></textarea></label>
  <label data-class hidden>a click adds<select name="class"><option value="1">class 1</option><option value="0">class 0</option></select></label>
</div>
<pre hidden tabindex="0" aria-label="the network in Keras"></pre>`;

export const CAPTIONS = {
  output: {
    line: "Output over the input, and the target in grey", plane: "Output over the plane of the inputs",
    field: "The network's flow, and the true paths in grey",
  },
  units: {
    line: "What each hidden unit adds, and the sum so far", plane: "The hidden units over the same plane, framed by their weights",
    field: "The hidden units over the same plane",
  },
  folded: "The same points in the plane of the hidden units",
};
