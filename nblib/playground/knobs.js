// The controls of nblib/playground/controls.py as elements of the page: {node, show(value)} each;
// `set(value)` is called at every change by hand.

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const KNOBS = {
  slider(spec, set) {
    const label = spec.label || spec.name;
    const [bend, back, digits] = spec.log ? [Math.log, Math.exp, 3] : [Number, Number, 6];
    const [min, max] = [bend(spec.low), bend(spec.high)];
    const step = spec.log ? (max - min) / 500 : spec.step ?? (max - min) / 200;
    const range = make("input", { type: "range", min, max, step });
    const box = make("input", { type: "text", inputMode: "decimal", className: "nblib-number" });
    box.setAttribute("aria-label", `${label}, as a number`);
    let last = spec.start;
    const say = (value) => {
      last = value;
      box.value = String(Number(value.toPrecision(digits)));
      range.setAttribute("aria-valuetext", box.value);
    };
    const show = (value) => {
      // What is in hand stays where it is.
      if (document.activeElement !== range) range.value = bend(value);
      if (document.activeElement !== box) say(value);
    };
    range.addEventListener("input", () => {
      say(back(Number(range.value)));
      set(last);
    });
    box.addEventListener("change", () => {
      const value = parseFloat(box.value.replace(",", "."));
      say(Number.isNaN(value) ? last : Math.max(spec.low, Math.min(spec.high, value)));
      range.value = bend(last);
      set(last);
    });
    return { node: make("label", {}, make("span", {}, label), range, box), show };
  },
  choice(spec, set) {
    const select = make("select", {}, ...spec.options.map((option) => make("option", {}, option)));
    select.addEventListener("change", () => set(select.value));
    const show = (value) => (select.value = value);
    return { node: make("label", {}, make("span", {}, spec.label || spec.name), select), show };
  },
  button(spec, set) {
    const button = make("button", { type: "button", className: "nblib-button" }, spec.label);
    let count = spec.start;
    button.addEventListener("click", () => set(++count));
    return { node: button, show: (value) => (count = value) };
  },
  keep(spec, set) { // Python knows what is kept; here it is counted
    const { node, show } = KNOBS.button({ ...spec, start: spec.start.length }, set);
    return { node, show: (value) => show(value.length) };
  },
};
