// The page's half of nblib.playground.widget; canvas.js and knobs.js stand before it in one module.
// A change is sent only when the last one has been drawn, and then the latest: dragging a slider
// never floods the kernel.

const SETTLED_AFTER = 500; // ms without a change: it counts as a try and is read aloud
const BUSY_AFTER = 700; // ms without an answer

function render({ model, el }) {
  const title = model.get("title");
  const specs = model.get("controls");
  const says = make("p", { className: "nblib-says" });
  const aloud = make("p", { className: "nblib-aloud", role: "status" });
  const goal = make("span");
  const score = make("span", { className: "nblib-score" });
  const goalLine = make("p", { className: "nblib-goal", hidden: true }, goal, score);
  const panels = make("div", { className: "nblib-panels" });
  const knobs = make("div", { className: "nblib-knobs" });
  const reset = make("button", { type: "button", className: "nblib-button" }, "Start again");
  const root = make("div", { className: "nblib-playground nblib-alive" });
  root.append(
    make("div", { className: "nblib-head" }, make("strong", {}, title), reset),
    knobs, goalLine, says, panels, aloud,
  );
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", title);
  // JupyterLab leaves the keys to the controls: its shortcuts, and the notebook around.
  root.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = ""));
  root.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(root);

  // ---- to Python and back

  let pending = null; // what to send next
  let sent = null; // the tag of the message under way
  const timers = {};
  const after = (name, time, action) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(action, time);
  };

  function change(values) {
    pending = { ...pending, kind: "move", values: { ...pending?.values, ...values } };
    flush();
    after("settle", SETTLED_AFTER, () => {
      pending = { kind: "move", values: {}, ...pending, settled: true };
      flush();
    });
  }

  function flush() {
    if (sent !== null || pending === null) return;
    sent = Math.random();
    model.send({ ...pending, tag: sent });
    pending = null;
    after("busy", BUSY_AFTER, () => {
      root.classList.add("nblib-waiting");
      aloud.textContent = 
        "Python is busy; your change waits. If the kernel was restarted, run this cell again.";
    });
  }

  function receive(message, buffers) {
    const mine = message.tag === sent;
    if (mine) {
      sent = null;
      clearTimeout(timers.busy);
      root.classList.remove("nblib-waiting");
    }
    if (message.kind === "error") {
      says.textContent = aloud.textContent = `✗ ${message.text}`;
    } else {
      take(message, buffers[0]);
      if (pending === null) shown.forEach((knob) => knob.show(message.values[knob.name]));
    }
    flush();
  }

  // ---- drawing

  let scene = null;
  const heats = {};

  function take(message, view) {
    const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    const all = new Float32Array(bytes);
    const numbers = ({ at, shape }) => all.subarray(at, at + shape.reduce((a, b) => a * b, 1));
    for (const mark of message.panels.flatMap((panel) => panel.marks)) {
      if (mark.z) heats[mark.key] = { z: numbers(mark.z).slice(), shape: mark.z.shape };
    }
    scene = { ...message, numbers };
    goalLine.hidden = !message.goal;
    goal.textContent = `Goal: ${message.goal}`;
    score.textContent = message.score;
    score.classList.toggle("nblib-reached", message.score.startsWith("✓"));
    says.textContent = message.says;
    after("aloud", SETTLED_AFTER, () => {
      aloud.textContent = message.goal ? `${message.says} Goal: ${message.score}.` : message.says;
    });
    while (panels.children.length > message.panels.length) panels.lastChild.remove();
    message.panels.forEach((panel, index) => {
      if (!panels.children[index]) panels.append(figure(index));
      caption(panels.children[index], panel, message.says);
    });
    redraw();
  }

  let drawn = null;
  function redraw() {
    drawn ??= requestAnimationFrame(() => {
      drawn = null;
      if (!scene) return;
      scene.panels.forEach((panel, index) => {
        const canvas = panels.children[index].querySelector(":scope > canvas");
        drawPanel(canvas, panel, scene.numbers, heats, (canvas.cache ??= {}));
      });
    });
  }

  function figure(index) {
    const canvas = make("canvas");
    canvas.setAttribute("role", "img");
    const heading = make("figcaption", {}, make("span"), make("span", { className: "nblib-keys" }));
    const node = make("figure", {}, heading, canvas);
    const spot = specs.find((spec) => spec.kind === "spot" && spec.panel === index);
    if (spot) aim(node, canvas, index, spot);
    sizes.observe(canvas);
    return node;
  }

  function caption(node, panel, words) {
    const [heading, keys] = node.querySelector("figcaption").children;
    const canvas = node.querySelector(":scope > canvas");
    const theme = themeOf(root);
    const labelled = panel.marks.filter((mark) => mark.label);
    const legend = JSON.stringify([theme.dark, labelled.map((mark) => [mark.label, mark.series])]);
    heading.textContent = panel.title;
    const axes = `${panel.y.label} against ${panel.x.label}`;
    canvas.setAttribute("aria-label", `${panel.title}, ${axes}. ${words} ${canvas.dataset.help ?? ""}`);
    if (keys.dataset.shown === legend) return; // unchanged nodes stay
    keys.dataset.shown = legend;
    keys.replaceChildren(...labelled.map((mark) => key(mark, lookOf(mark, theme))));
  }

  // ---- choosing a place: click, drag, or arrow keys

  function aim(node, canvas, index, spot) {
    const what = spot.label || spot.name;
    canvas.dataset.help = `Arrow keys move ${what}, with Shift in larger steps.`;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application"); // screen readers let the arrow keys through
    canvas.classList.add("nblib-aim");
    const hint = `Click or drag to move ${what}; or focus the picture and use the arrow keys.`;
    panels.after(make("p", { className: "nblib-hint" }, hint));
    const scales = () => scalesOf(scene.panels[index], canvas.clientWidth, canvas.clientHeight);
    const put = (left, top) => {
      const { x, y } = scales();
      const panel = scene.panels[index];
      const within = (axis, value) => Math.max(axis.low, Math.min(axis.high, value));
      change({ [spot.name]: [within(panel.x, x.value(left)), within(panel.y, y.value(top))] });
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      put(event.offsetX, event.offsetY);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons && canvas.hasPointerCapture(event.pointerId)) {
        put(event.offsetX, event.offsetY);
      }
    });
    canvas.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (!way[event.key]) return;
      event.preventDefault();
      const ring = scene.panels[index].marks.find((mark) => mark.kind === "points" && mark.hollow);
      const latest = pending?.values?.[spot.name] ?? scene.values[spot.name];
      const place = latest ?? (ring ? [scene.numbers(ring.x)[0], scene.numbers(ring.y)[0]] : [0, 0]);
      const { x, y } = scales();
      const stride = event.shiftKey ? 20 : 4;
      const [dx, dy] = way[event.key].map((sign) => sign * stride);
      put(x.pixel(place[0]) + dx, y.pixel(place[1]) + dy);
    });
  }

  // ---- controls

  const shown = specs.filter((spec) => KNOBS[spec.kind]).map((spec) => {
    const knob = KNOBS[spec.kind](spec, (value) => change({ [spec.name]: value }));
    knobs.append(knob.node);
    return { name: spec.name, ...knob };
  });
  reset.addEventListener("click", () => {
    change(Object.fromEntries(specs.map((spec) => [spec.name, spec.start])));
    shown.forEach((knob) => knob.show(specs.find((spec) => spec.name === knob.name).start));
  });

  const sizes = new ResizeObserver(redraw);
  const theme = new MutationObserver(() => {
    scene?.panels.forEach((panel, index) => caption(panels.children[index], panel, scene.says));
    redraw();
  });
  theme.observe(document.body, { attributes: true });
  model.on("msg:custom", receive);
  pending = { kind: "hello" };
  flush();
  return () => {
    sizes.disconnect();
    theme.disconnect();
    Object.values(timers).forEach(clearTimeout);
    model.off("msg:custom", receive);
  };
}

/** One entry of a legend. */
function key(mark, look) {
  const pen = make("canvas", { width: 48, height: 20, className: "nblib-key" }).getContext("2d");
  pen.scale(2, 2);
  pen.strokeStyle = pen.fillStyle = look.color;
  pen.lineWidth = 2;
  if (mark.kind === "points") dot(pen, 12, 5, 3.5, mark.hollow);
  else if (mark.kind === "line") {
    pen.setLineDash(look.dash);
    pen.beginPath();
    pen.moveTo(0, 5);
    pen.lineTo(24, 5);
    pen.stroke();
  } else pen.fillRect(0, 0, 24, 10);
  pen.canvas.setAttribute("aria-hidden", "true");
  return make("span", {}, pen.canvas, mark.label);
}

export default { initialize: ({ model }) => comeBack(model, render), render };
