// The state of a playground on a page in its address, and back.
import {DATA, dataNamed, OWN, settingsFor} from "./data.js";
import {MOST_UNITS} from "./form.js";
import {ACTIVATIONS, INITIALISATIONS, LOSSES, OPTIMISERS} from "./network.js";

const MOST_STEPS = 1e6; // that an address may ask for

// A playground on a page without a kernel keeps its state in the address, so that one can send a link to it.
export function onPage(el) {
  const given = JSON.parse(el.dataset.playground);
  return {
    get: (name) => given[name],
    set() {},
    save_changes() {},
    address(state) {
      const query = new URLSearchParams({playground: el.id});
      for (const [name, value] of Object.entries(state)) if (String(value) !== "") query.set(name, value);
      history.replaceState(null, "", `?${query}${location.hash}`);
    },
    asked() {
      const query = new URLSearchParams(location.search);
      return query.get("playground") === el.id ? settingsAsked(query) : null;
    },
  };
}

// What an address asks for. Raises an error whose message is a sentence for the reader.
function settingsAsked(query) {
  const data = query.get("data"), settings = {};
  const networks = {activation: ACTIVATIONS, loss: LOSSES, optimiser: OPTIMISERS, initialisation: INITIALISATIONS};
  const known = {data: {...DATA, ...OWN}, ...networks};
  const limits = {rate: [0, 1e6], momentum: [0, 0.999], seed: [0, 999999999], speed: [1, 500]};
  const wrong = (name) =>
    new Error(`The address asks for the ${name} “${query.get(name)}”, which there is not; here is the usual beginning.`);
  const number = (name, text, [low, high], whole) => {
    const value = Number(text);
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) throw wrong(name);
    return value;
  };
  for (const name in known) {
    if (!query.has(name)) continue;
    if (!Object.hasOwn(known[name], query.get(name))) throw wrong(name);
    settings[name] = query.get(name);
  }
  const usual = data ? settingsFor(data) : {};
  for (const name in limits)
    if (query.has(name)) settings[name] = number(name, query.get(name), limits[name], name === "seed" || name === "speed");
  const list = (name) => (query.get(name) ? query.get(name).split(",") : []);
  if (query.has("hidden")) settings.hidden = list("hidden").map((units) => number("hidden", units, [1, MOST_UNITS], true));
  if (settings.hidden?.length > 3) throw wrong("hidden");
  const points = query.has("points") ? list("points").map((row) => row.split(" ").map(Number)) : undefined;
  if (points && data) dataNamed(data, points);
  return {
    points,
    given: query.has("given"), // the start is that of the page's own network
    settings: {...usual, ...settings},
    steps: number("steps", query.get("steps") ?? 0, [0, MOST_STEPS], true),
    pushes: list("pushes").map((at) => number("pushes", at, [0, MOST_STEPS], true)),
  };
}
