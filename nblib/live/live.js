// The page side of the live panel: keeps what it is sent, draws it, and sends what is clicked.
// Curve, draw, themeOf, styleOf and brief stand in chart.js, which is put before this file.

const SMOOTHING = [1, 3, 10, 30, 100, 300]; // steps
const SECONDS_UNHEARD = 3; // after which a click seems to be lost
const SECONDS_BETWEEN_WORDS = 5; // for screen readers
// Drawn, because not every font has the signs.
const icon = (path) => `<svg width="10" height="10" viewBox="0 0 10 10" fill="currentColor" aria-hidden="true"><path d="${path}"/></svg>`;
const ICONS = { pause: icon("M1 0h3v10H1zM6 0h3v10H6z"), resume: icon("M1 0l9 5-9 5z"), stop: icon("M0 0h10v10H0z") };
const NOTICES = {
  unheard: "The running cell does not hear this panel. What you click acts when it does, at the latest when the cell has ended. To stop now, interrupt the kernel.",
  left: "This page was loaded anew, so Jupyter cannot put a picture here. To keep one in the notebook, evaluate the panel in a cell: panel",
};
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// The numbers of one panel, common to all its views.
class Store {
  constructor(model) {
    Object.assign(this, { model, curves: new Map(), runs: [], marks: [], status: null, views: new Set() });
    Object.assign(this, { number: null, sent: 0, heard: 0, waitingSince: null, log: false, smooth: 1 });
    model.on("msg:custom", (content, buffers) => this.receive(content, buffers));
    this.send({ kind: "hello" });
  }

  send(message) {
    this.waitingSince ??= performance.now();
    this.model.send({ ...message, id: ++this.sent });
  }

  receive(content, buffers) {
    if (content.kind === "snapshot") {
      this.restart(content);
    } else if (this.number === null && content.number > 1) {
      return; // the snapshot, on its way, holds this
    } else if (this.number !== null && content.number !== this.number + 1) {
      this.number = null;
      this.send({ kind: "hello" });
      return;
    }
    Object.assign(this, { number: content.number, runs: content.runs, status: content.status });
    this.marks.push(...content.marks);
    content.curves.forEach(([run, name, , total], index) => {
      const curve = this.curve(run, name);
      curve.append(floats(buffers[index]));
      curve.total = total;
    });
    if (content.heard >= this.sent) this.waitingSince = null;
    this.views.forEach((view) => view.changed());
  }

  restart(content) {
    const hidden = new Set([...this.curves].filter(([, curve]) => !curve.shown).map(([key]) => key));
    Object.assign(this, { curves: new Map(), marks: [], log: content.log, smooth: content.smooth });
    for (const [run, name] of content.curves)
      this.curve(run, name).shown = !hidden.has(`${run} ${name}`);
  }

  curve(run, name) {
    const key = `${run} ${name}`;
    if (!this.curves.has(key)) this.curves.set(key, new Curve(run, name));
    return this.curves.get(key);
  }

  label(curve) {
    return this.runs.length > 1 ? `${this.runs[curve.run]}: ${curve.name}` : curve.name;
  }

  // The curves of each quantity, as in nblib/live/picture.py.
  strips() {
    const strips = new Map();
    for (const curve of this.curves.values()) {
      const quantity = curve.name.split(" (")[0].split("_").at(-1);
      const title = quantity.startsWith("gradient ") ? "gradient norm" : quantity;
      if (!strips.has(title)) strips.set(title, []);
      strips.get(title).push(curve);
    }
    const last = ([title]) => title === "gradient norm";
    return [...strips].sort((one, other) => last(one) - last(other));
  }

  get unheard() {
    const waiting = this.waitingSince !== null && performance.now() - this.waitingSince;
    return this.status?.state !== "ended" && waiting > 1000 * SECONDS_UNHEARD;
  }

  // Change how the curves are shown, here and in the picture that stays.
  look(change) {
    Object.assign(this, change);
    this.send({ kind: "view", log: this.log, smooth: this.smooth });
    this.views.forEach((view) => view.changed());
  }
}

function floats(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function element(tag, properties = {}, ...children) {
  const { attributes = {}, ...others } = properties;
  const made = Object.assign(document.createElement(tag), others);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

class View {
  constructor(store, el) {
    Object.assign(this, { store, strips: new Map(), knobs: new Map(), pending: false });
    Object.assign(this, { spoken: "", spokenAt: -Infinity, drawnAt: 0, pointer: null });
    this.build(el);
    store.views.add(this);
    this.resized = new ResizeObserver(() => this.changed());
    this.resized.observe(this.root);
    this.themed = new MutationObserver(() => this.changed());
    this.themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
    this.timer = setInterval(() => this.tell(), 1000);
    this.changed();
  }

  close() {
    this.store.views.delete(this);
    this.resized.disconnect();
    this.themed.disconnect();
    clearInterval(this.timer);
  }

  build(el) {
    const { store } = this;
    this.pause = element("button", { type: "button", onclick: () => this.togglePause() });
    this.stop = element("button", {
      type: "button", innerHTML: `${ICONS.stop} Stop`, title: "End the training after this step; nothing is lost",
      onclick: () => store.send({ kind: "stop" }),
    });
    this.progressText = element("span", { className: "nblive-progress" });
    this.bar = element("progress", { attributes: { "aria-label": "steps done" } });
    this.knobRow = element("div", { className: "nblive-row nblive-knobs" });
    this.stripBox = element("div", { className: "nblive-strips" });
    this.log = element("button", { type: "button", textContent: "Log scale", onclick: () => store.look({ log: !store.log }) });
    this.smooth = element("input", {
      type: "range", min: 0, max: SMOOTHING.length - 1, step: 1,
      oninput: () => store.look({ smooth: SMOOTHING[this.smooth.value] }),
    });
    this.smoothText = element("span", { className: "nblive-progress" });
    this.notice = element("p", { className: "nblive-notice", hidden: true, attributes: { role: "alert" } });
    this.words = element("div", { className: "nblive-unseen", attributes: { role: "status", "aria-live": "polite" } });
    this.table = element("table");
    this.details = element("details", { ontoggle: () => this.changed() }, element("summary", { textContent: "Values as a table" }), this.table);
    this.root = element(
      // Without the last attribute JupyterLab takes Enter and the arrow keys for itself.
      "div", { className: "nblive nblib-alive", attributes: { role: "group", "aria-label": "Live training panel", "data-lm-suppress-shortcuts": true } },
      element("div", { className: "nblive-row" }, this.pause, this.stop, this.progressText, this.bar, this.knobRow),
      this.notice, this.stripBox,
      element("div", { className: "nblive-row nblive-view" }, this.log, element("label", { className: "nblive-group" }, "Smoothing ", this.smooth, this.smoothText)),
      this.details, this.words,
    );
    el.append(this.root);
  }

  togglePause() {
    this.store.send({ kind: "pause", on: this.store.status?.state !== "paused" });
  }

  // Draw soon, once for all changes until then.
  changed() {
    if (this.pending) return;
    this.pending = true;
    const wait = calm.matches ? Math.max(0, 1000 - (performance.now() - this.drawnAt)) : 0;
    setTimeout(() => requestAnimationFrame(() => {
      this.pending = false;
      this.drawnAt = performance.now();
      if (this.root.isConnected) this.show();
    }), wait);
  }

  show() {
    const { store } = this;
    const status = store.status ?? { state: "ended", text: "waiting for the training" };
    const over = status.state === "ended";
    const paused = status.state === "paused";
    this.root.dataset.state = status.state;
    this.root.dataset.step = status.step ?? "";
    if (this.pause.getAttribute("aria-pressed") !== String(paused)) {
      this.pause.innerHTML = paused ? `${ICONS.resume} Resume` : `${ICONS.pause} Pause`;
      this.pause.setAttribute("aria-pressed", paused);
    }
    this.pause.disabled = this.stop.disabled = over;
    this.progressText.textContent = over ? status.text : progress(status);
    this.bar.hidden = over;
    this.bar.max = status.num_steps ?? 1;
    this.bar.value = status.step ?? 0;
    this.log.setAttribute("aria-pressed", store.log);
    this.smooth.value = SMOOTHING.findLastIndex((width) => width <= store.smooth);
    this.smoothText.textContent = store.smooth > 1 ? `mean over ${store.smooth} steps` : "off";
    this.smooth.setAttribute("aria-valuetext", this.smoothText.textContent);
    this.showNotice(status);
    this.showKnobs(status.values ?? {}, over);
    this.showStrips(over ? 0 : room(status));
    if (this.details.open) this.showTable();
  }

  showNotice(status) {
    // A panel whose picture does not come: Jupyter forgets the cell when the page is loaded anew.
    if (!status.closed) this.closedAt = null;
    else this.closedAt ??= performance.now();
    const left = status.closed && performance.now() - this.closedAt > 1000 * SECONDS_UNHEARD;
    const text = [status.trouble, this.store.unheard && NOTICES.unheard, left && NOTICES.left].filter(Boolean).join(" ");
    this.notice.hidden = !text;
    if (this.notice.textContent !== text) this.notice.textContent = text;
  }

  showKnobs(values, over) {
    for (const [name, value] of Object.entries(values)) {
      if (!this.knobs.has(name)) this.knobs.set(name, this.addKnob(name));
      const input = this.knobs.get(name);
      if (document.activeElement !== input && input.dataset.value !== String(value)) {
        input.dataset.value = value;
        input.value = Number(value.toPrecision(6));
      }
    }
    for (const [name, input] of this.knobs)
      if (!over && !(name in values)) { // an optimizer without it
        input.closest(".nblive-knob").remove();
        this.knobs.delete(name);
      }
    for (const control of this.knobRow.querySelectorAll("input, button")) control.disabled = over;
  }

  addKnob(name) {
    const input = element("input", { type: "number", min: 0, step: "any", attributes: { "data-knob": name } });
    const set = (value) => { // Python refuses what cannot be, and says why
      if (Number.isFinite(value)) input.value = Number(value.toPrecision(6));
      input.dataset.value = ""; // so that what holds is shown when it is known
      this.store.send({ kind: "set", name, value });
    };
    input.onchange = () => set(input.valueAsNumber);
    input.onkeydown = (event) => event.key === "Enter" && input.onchange();
    const factor = (text, words, by) => element("button", {
      type: "button", textContent: text, title: words, attributes: { "aria-label": words },
      onclick: () => set(input.valueAsNumber * by),
    });
    const text = name === "lr" ? "learning rate" : name.replaceAll("_", " ");
    this.knobRow.append(element(
      "span", { className: "nblive-group nblive-knob" }, element("label", { className: "nblive-group" }, text, input),
      factor("÷2", `Halve the ${text}`, 0.5), factor("×2", `Double the ${text}`, 2),
    ));
    return input;
  }

  showStrips(end) {
    const theme = themeOf(this.root);
    const { store } = this;
    const strips = store.strips();
    for (const [title, curves] of strips) {
      if (!this.strips.has(title)) this.strips.set(title, this.addStrip(title));
      const strip = this.strips.get(title);
      curves.forEach((curve, index) => (curve.style = styleOf(index, theme)));
      this.showLegend(strip, curves);
      const marks = title === strips[0][0] ? store.marks.filter(([run]) => run === store.runs.length - 1) : [];
      const log = title === "gradient norm" || (store.log && title !== "accuracy");
      strip.scale = draw(strip.canvas, curves, { log, smooth: store.smooth, theme, marks, pointer: this.pointer, end });
      strip.canvas.setAttribute("aria-label", curves.map((curve) => this.words_of(curve)).join("; "));
      this.showTip(strip, curves);
    }
    this.stripBox.append(...strips.map(([title]) => this.strips.get(title).box));
  }

  addStrip(title) {
    const canvas = element("canvas", { attributes: { role: "img" } });
    const legend = element("div", { className: "nblive-row" }, element("strong", { textContent: title }));
    const tip = element("div", { className: "nblive-tip", hidden: true });
    const box = element("div", { className: "nblive-strip" }, legend, canvas, tip);
    const strip = { title, canvas, legend, tip, box, chips: new Map(), scale: null };
    canvas.onpointermove = (event) => {
      const step = Math.round(strip.scale?.toStep(event.offsetX) ?? -1);
      this.pointer = step >= 1 ? step : null;
      this.pointed = this.pointer === null ? null : strip;
      this.changed();
    };
    canvas.onpointerleave = () => {
      this.pointer = this.pointed = null;
      this.changed();
    };
    return strip;
  }

  showLegend(strip, curves) {
    for (const curve of curves) {
      const label = this.store.label(curve);
      const key = `${curve.run} ${curve.name}`;
      if (!strip.chips.has(key)) {
        const chip = element("button", { type: "button", className: "nblive-chip", title: "Show or hide this curve" });
        chip.innerHTML = '<svg width="34" height="10" aria-hidden="true"><line x1="1" y1="5" x2="33" y2="5" stroke-width="2.5"/></svg><span></span>';
        chip.onclick = () => {
          const present = this.store.curve(curve.run, curve.name);
          present.shown = !present.shown;
          this.store.views.forEach((view) => view.changed());
        };
        strip.chips.set(key, chip);
        strip.legend.append(chip);
      }
      const chip = strip.chips.get(key);
      chip.setAttribute("aria-pressed", curve.shown);
      chip.lastChild.textContent = `${label} ${brief(curve.value)}`;
      chip.querySelector("line").setAttribute("stroke", curve.style.color);
      chip.querySelector("line").setAttribute("stroke-dasharray", curve.style.dash.join(" "));
    }
  }

  showTip(strip, curves) {
    strip.tip.hidden = this.pointed !== strip;
    if (strip.tip.hidden) return;
    const lines = curves.filter((curve) => curve.shown).map((curve) => {
      const i = curve.at(this.pointer);
      return i < 0 ? "" : `${this.store.label(curve)}  ${brief(curve.y[i])}`;
    });
    strip.tip.textContent = [`step ${this.pointer.toLocaleString("en")}`, ...lines.filter(Boolean)].join("\n");
    const x = strip.scale.toX(this.pointer);
    const leftwards = x > strip.canvas.clientWidth / 2;
    strip.tip.style.top = `${strip.canvas.offsetTop + 8}px`;
    strip.tip.style.left = leftwards ? "" : `${x + 10}px`;
    strip.tip.style.right = leftwards ? `${strip.canvas.clientWidth - x + 10}px` : "";
  }

  showTable() {
    const rows = [...this.store.curves.values()].map((curve) => {
      const cells = [curve.y[0], curve.low, curve.high, curve.value].map(brief);
      const head = element("th", { textContent: this.store.label(curve), attributes: { scope: "row" } });
      return element("tr", {}, head, ...[...cells, curve.total.toLocaleString("en")].map((textContent) => element("td", { textContent })));
    });
    const titles = ["", "first", "lowest", "highest", "newest", "values"];
    const head = element("tr", {}, ...titles.map((textContent) => element("th", { textContent, attributes: { scope: "col" } })));
    this.table.replaceChildren(head, ...rows);
  }

  words_of(curve) {
    return `${this.store.label(curve)}: from ${brief(curve.y[0])} to ${brief(curve.value)} in ${curve.total} values`;
  }

  // A sentence for screen readers, now and then, and at once when the state changes.
  tell() {
    const { status } = this.store;
    if (this.store.unheard || this.closedAt || !this.notice.hidden) this.changed();
    if (!status) return;
    const now = performance.now();
    const changed = status.state !== this.spoken;
    if (!changed && (status.state !== "running" || now - this.spokenAt < 1000 * SECONDS_BETWEEN_WORDS)) return;
    const run = this.store.runs.length - 1;
    const newest = [...this.store.curves.values()].filter((curve) => curve.run === run && !curve.name.startsWith("gradient "));
    const values = newest.map((curve) => `${curve.name} ${brief(curve.value)}`);
    const state = status.state === "ended" ? status.text : `${status.state}, ${progress(status)}`;
    this.words.textContent = [state, ...values].join(", ");
    Object.assign(this, { spoken: status.state, spokenAt: now });
  }
}

// How many steps to leave room for: the axis doubles its range until it shows the whole run.
function room({ step, num_steps }) {
  return Math.min(num_steps, Math.max(100, 2 ** Math.ceil(Math.log2(1.05 * step + 1))));
}

function progress({ state, epoch, num_epochs, step, num_steps, seconds_left }) {
  const parts = [`epoch ${epoch} of ${num_epochs}`, `step ${step.toLocaleString("en")} of ${num_steps.toLocaleString("en")}`];
  if (state === "paused") parts.push("paused");
  else if (seconds_left !== null) parts.push(`${duration(seconds_left)} left`);
  return parts.join(" · ");
}

function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export default () => {
  let store;
  const render = ({ el }) => {
    const view = new View(store, el);
    return () => view.close();
  };
  return {
    initialize({ model }) {
      store = new Store(model);
      return comeBack(model, render);
    },
    render,
  };
};
