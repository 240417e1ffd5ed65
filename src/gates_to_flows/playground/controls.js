// Buttons, form and words around a training; `render` is what anywidget calls, and what the end of this file calls for every
// <div class="g2f-playground"> of a page.
import {onPage} from "./address.js";
import {PALETTES} from "./canvas.js";
import {OWN, settingsFor} from "./data.js";
import {drawLoss, drawOutput, drawUnits, drawWeights} from "./drawing.js";
import {CAPTIONS, FORM, STARTS, STYLE} from "./form.js";
import {kerasCode} from "./network.js";
import {Training} from "./training.js";

const SHARE_OF_NOTEBOOK_4 = "80.5 ± 1.3 %";
const KEEP_A_START = ["rate", "momentum", "optimiser"]; // settings that a given network can be trained with

const spaced = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");
const sorted = (object) => JSON.stringify(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
const rowsOfText = (points) => points.map((row) => row.map((value) => +value.toPrecision(4)).join(" "));

export function render({model, el}) {
  const root = document.createElement("div"), box = document.createElement("div");
  root.className = "g2f";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Playground: train a small network");
  box.innerHTML = `<style>${STYLE}</style>${FORM}`;
  root.append(box);
  el.replaceChildren(root);
  const $ = (selector) => box.querySelector(selector), form = $("form"), verdict = $(".verdict"), textarea = $("textarea");
  const canvasOf = (name) => $(`[data-view="${name}"]`), button = (name) => $(`[data-do="${name}"]`);
  const calm = matchMedia("(prefers-reduced-motion: reduce)"), dark = matchMedia("(prefers-color-scheme: dark)");

  // What is trained, and the steps before which an address asks for a push.
  let settings, points, start, training, pushes = [];
  // Whether it is trained now, and up to which step; when pictures, words and Python were last brought up to date.
  let [playing, ahead, drawn, said, told] = [false, 0, 0, 0, 0];
  let area, worker, complaint, touched = false;

  // A new training with what is wanted; or, if that cannot be trained, a sentence, and all stays as it was.
  function begin(wanted) {
    const next = {settings, points, start, ...wanted};
    pause();
    try {
      training = new Training(next.settings, next.points, next.start);
      ({settings, points, start} = next);
      textarea.value = rowsOfText(points).join("\n");
      complaint = "";
    } catch (error) {
      complaint = error.message;
    }
    stopStarts();
    fillForm();
    show();
    tell();
  }

  function fillForm() {
    for (const name in settings) if (name !== "hidden") form.elements[name].value = settings[name];
    form.elements.hidden.forEach((input, n) => (input.value = settings.hidden[n] ?? 0));
    form.elements.momentum.parentElement.hidden = settings.optimiser !== "SGD";
    const own = settings.data in OWN, {kind} = training.data, {hidden, activation, loss, optimiser, rate} = settings;
    $(".points").hidden = !own;
    $("[data-class]").hidden = kind !== "plane";
    canvasOf("output").classList.toggle("own", own && kind !== "field");
    const [inputs, outputs] = {line: [1, 1], plane: [2, 1], field: [2, 2]}[kind];
    const widths = [inputs, ...hidden, outputs].join("-");
    $("summary").textContent = `Network and training: ${widths}, ${activation}, ${loss}, ${optimiser} ${rate}`;
    const folded = kind === "plane" && hidden[hidden.length - 1] === 2;
    $('[data-caption="output"]').textContent = CAPTIONS.output[kind];
    $('[data-caption="units"]').textContent = folded ? CAPTIONS.folded : CAPTIONS.units[kind];
    for (const name of ["train", "one", "push", "starts", "code", "rewind"]) button(name).disabled = training.empty;
    button("starts").hidden = start !== null;
  }

  function show() {
    const theme = document.documentElement.dataset.theme ?? {true: "light", false: "dark"}[document.body.dataset.jpThemeLight];
    const scheme = theme === "dark" || (theme !== "light" && dark.matches) ? "dark" : "light", colours = PALETTES[scheme];
    for (const name in colours) root.style.setProperty(`--${name}`, colours[name]);
    root.style.colorScheme = scheme;
    if (!canvasOf("output").clientWidth) return; // not on the page yet: the observer of its size will call again
    area = drawOutput(canvasOf("output"), training, colours);
    drawUnits(canvasOf("units"), training, colours);
    drawLoss(canvasOf("loss"), training, colours);
    drawWeights(canvasOf("weights"), training, colours);
    const short = (value) => (Number.isFinite(value) ? value.toPrecision(3) : "–");
    $('[data-now="step"]').textContent = spaced(training.steps);
    $('[data-now="loss"]').textContent = short(training.loss);
    $('[data-now="gradient"]').textContent = short(training.gradientLength);
    drawn = performance.now();
    if (!playing || drawn - said > 1500) say();
  }

  // What a screen reader reads: not at every frame.
  function say() {
    said = performance.now();
    const words = complaint || training.verdict;
    if (verdict.textContent !== words) verdict.textContent = words;
    const {losses, network, loss, steps} = training, numbers = [...network.weights].map((w) => w.toFixed(1));
    const labels = {
      output: `${$('[data-caption="output"]').textContent}. ${training.verdict}`,
      units: `${$('[data-caption="units"]').textContent}.`,
      loss: `Loss against step, from ${losses[0].toPrecision(3)} to ${loss.toPrecision(3)} after ${steps} steps.`,
      weights: numbers.length <= 17 ? `Weights: ${numbers.join(", ")}.` : `${numbers.length} weights.`,
    };
    for (const name in labels) canvasOf(name).setAttribute("aria-label", labels[name]);
  }

  // Python and the address learn where the training is.
  function tell() {
    told = performance.now();
    const {steps, loss, gradientLength: gradient, verdict, empty, pushes, network: {arrays: weights}} = training;
    const state = {steps, loss, gradient, verdict, solved: !empty && training.solved, pushes, weights};
    // Copies: what has been handed over must not change unseen.
    for (const [name, value] of Object.entries({settings, points, start, state})) model.set(name, structuredClone(value));
    model.save_changes();
    const where = {...settings, steps, pushes, points: settings.data in OWN ? rowsOfText(points) : [], given: start ? "yes" : []};
    if (touched) model.address?.(where);
  }

  function step() {
    if (pushes.includes(training.steps) && !training.pushes.includes(training.steps)) training.push();
    training.step();
  }

  function frame(now) {
    if (!playing || !root.isConnected) return;
    const until = now + 30, wanted = ahead ? ahead - training.steps : settings.speed;
    for (let i = 0; i < wanted && (i < 1 || performance.now() < until); i++) step();
    if (ahead === training.steps && pushes.includes(ahead)) training.push();
    if (ahead === training.steps || !Number.isFinite(training.loss)) return stop();
    if (!calm.matches || performance.now() - drawn > 500) show();
    if (!ahead && performance.now() - told > 1000) tell();
    requestAnimationFrame(frame);
  }

  function play(upTo = 0) {
    [playing, ahead] = [true, upTo];
    button("train").textContent = "Pause";
    requestAnimationFrame(frame);
  }

  function pause() {
    playing = false;
    button("train").textContent = "Train";
  }

  function stop() {
    pause();
    show();
    tell();
  }

  function toggleStarts() {
    if (worker) return stopStarts();
    $(".many").hidden = false;
    $("[data-found]").textContent = $("[data-where]").textContent = "";
    $("[data-seeds]").replaceChildren();
    button("starts").textContent = "Stop";
    const text = `${WORKER}\nonmessage = ({data}) => manyStarts(...data, postMessage);`;
    const address = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
    worker = new Worker(address);
    worker.onmessage = ({data}) => showStarts(data);
    worker.postMessage([settings, points, STARTS]);
    URL.revokeObjectURL(address);
  }

  function stopStarts() {
    worker?.terminate();
    worker = null;
    $(".many").hidden = true;
    button("starts").textContent = "Ten thousand starts";
  }

  function showStarts({done, starts, steps, right, elsewhere}) {
    $("progress").value = done;
    const {speed, seed, ...rest} = settings, asNotebook4 = sorted(rest) === sorted({...settingsFor("XOR"), data: "XOR"});
    const share = `${((100 * right) / done).toFixed(1)} % are right.`;
    const there = asNotebook4 ? ` Notebook 4 found ${SHARE_OF_NOTEBOOK_4}.` : "";
    $("[data-found]").textContent = `${spaced(done)} of ${spaced(starts)} starts, ${spaced(steps)} steps each: ${share}${there}`;
    if (done < starts) return;
    worker = null;
    button("starts").textContent = "Ten thousand starts";
    model.set("share", right / starts);
    model.save_changes();
    const places = Object.entries(elsewhere).map(([level, {count, seeds}]) => ({
      count, seeds, name: level === "elsewhere" ? level : `at ${level}`,
    }));
    const others = places.map(({count, name}) => `${spaced(count)} ${name}`).join(", ");
    $("[data-where]").textContent = others && `The others: ${others}.`;
    const goTo = ({name, seeds}) => seeds.slice(0, 2).map((seed) => {
      const go = Object.assign(document.createElement("button"), {type: "button", textContent: `Seed ${seed}, ${name}`});
      go.addEventListener("click", () => {
        begin({settings: {...settings, seed}});
        $(".many").hidden = false;
        play(steps);
      });
      return go;
    });
    $("[data-seeds]").replaceChildren(...places.flatMap(goTo));
  }

  const actions = {
    train() {
      if (playing) stop();
      else play();
    },
    one() {
      step();
      stop();
    },
    rewind() {
      pushes = [];
      training.rewind();
      stop();
    },
    next() {
      pushes = [];
      begin({settings: {...settings, seed: settings.seed + 1}, start: null});
    },
    push() {
      training.push();
      show();
      tell();
    },
    starts: toggleStarts,
    code() {
      const pre = $("pre");
      pre.hidden = !pre.hidden;
      button("code").setAttribute("aria-expanded", String(!pre.hidden));
      pre.textContent = kerasCode(training.network);
      tell();
    },
  };
  for (const kind of ["click", "change", "pointerdown"])
    box.addEventListener(kind, () => ([touched, complaint] = [true, ""]), true);
  box.addEventListener("click", ({target}) => actions[target.dataset.do]?.());
  form.addEventListener("submit", (event) => event.preventDefault());

  form.addEventListener("change", ({target: {name}}) => {
    if (!form.reportValidity()) return;
    const value = ({type, value}) => (type === "number" ? Number(value) : value);
    if (name === "speed") {
      settings = {...settings, speed: value(form.elements.speed)};
      return;
    }
    const hidden = [...form.elements.hidden].map(value).filter((units) => units > 0), wanted = {...settings, hidden};
    for (const other in settings) if (other !== "hidden") wanted[other] = value(form.elements[other]);
    pushes = [];
    if (name === "data") {
      const [inputs, outputs] = OWN[wanted.data] ?? [], fits = points.every((row) => row.length === inputs + outputs);
      begin({settings: {...wanted, ...settingsFor(wanted.data)}, start: null, points: fits ? points : []});
    } else begin({settings: wanted, start: KEEP_A_START.includes(name) ? start : null});
  });

  textarea.addEventListener("change", () => {
    const lines = textarea.value.split("\n").map((line) => line.trim()).filter((line) => line);
    begin({points: lines.map((line) => line.split(/[\s,;]+/).map(Number)), start: null});
  });

  // Own points are put into the picture, and an own function is drawn there.
  function add({offsetX, offsetY}) {
    const x = area.left + ((offsetX - area.x) / area.w) * (area.right - area.left);
    const y = area.top - ((offsetY - area.y) / area.h) * (area.top - area.bottom);
    if (x < area.left || x > area.right || y < area.bottom || y > area.top) return;
    if (settings.data === "own points") begin({points: [...points, [x, y, Number($('[name="class"]').value)]], start: null});
    else {
      const wide = (area.right - area.left) / 64, column = Math.floor(x / wide); // one height in each column
      const others = points.filter(([other]) => Math.floor(other / wide) !== column);
      begin({points: [...others, [(column + 0.5) * wide, y]].sort(([a], [b]) => a - b), start: null});
    }
  }
  canvasOf("output").addEventListener("pointerdown", (event) => {
    if (canvasOf("output").classList.contains("own")) add(event);
  });
  canvasOf("output").addEventListener("pointermove", (event) => {
    if (event.buttons && settings.data === "own function") add(event);
  });

  const redraw = () => {
    if (!playing) show();
  };
  const resized = new ResizeObserver(redraw), themed = new MutationObserver(redraw);
  const usual = model.get("settings");
  begin({
    settings: {...settingsFor(usual.data), seed: 1, speed: 20, ...usual}, points: model.get("points") ?? [],
    start: model.get("start") ?? null,
  });
  resized.observe(root);
  themed.observe(document.documentElement, {attributeFilter: ["data-theme"]});
  themed.observe(document.body, {attributeFilter: ["data-jp-theme-light"]});
  dark.addEventListener("change", redraw);

  try {
    const asked = model.asked?.();
    if (asked) {
      pushes = asked.pushes;
      begin({settings: {...settings, ...asked.settings}, points: asked.points ?? points, start: asked.given ? start : null});
      if (asked.steps && !training.empty && !complaint) play(asked.steps);
    }
  } catch (error) {
    complaint = error.message;
    say();
  }
  return () => {
    pause();
    stopStarts();
    resized.disconnect();
    themed.disconnect();
    dark.removeEventListener("change", redraw);
  };
}

if (typeof document !== "undefined")
  for (const el of document.querySelectorAll(".g2f-playground:not([data-ready])")) {
    el.dataset.ready = "";
    render({model: onPage(el), el});
  }

export default {render};
