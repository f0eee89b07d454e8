// Curves that only ever grow, and how to draw some of them into one canvas.
// This file and live.js become one module, see nblib/live/widget.py.

// Okabe & Ito (2008), in the order of nblib/plots.py; null is the colour of the text.
const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", null, "#E69F00", "#56B4E9"];
const LIGHTER = { "#0072B2": "#3D9BD6" }; // on a dark page
const DASHES = [[], [7, 3], [12, 3, 2, 3], [2, 3], [16, 4], [10, 3, 2, 3, 2, 3], [2, 5]];
const MARGIN = { left: 58, right: 12, top: 10, bottom: 24 };

class Curve {
  constructor(run, name) {
    Object.assign(this, { run, name, shown: true, length: 0, total: 0 });
    this.x = new Float32Array(1024);
    this.y = new Float32Array(1024);
    this.sums = new Float64Array(1025); // of the finite values before each point
    this.counts = new Uint32Array(1025); // of these values
    this.low = this.lowPositive = Infinity;
    this.high = -Infinity;
  }

  // points: x and y in turn.
  append(points) {
    const length = this.length + points.length / 2;
    for (const field of ["x", "y", "sums", "counts"])
      if (this[field].length <= length) this[field] = grown(this[field], 2 * length + 1);
    for (let i = this.length, j = 0; i < length; i++) {
      const [x, y] = [(this.x[i] = points[j++]), (this.y[i] = points[j++])];
      const finite = Math.abs(y) < 1e30;
      this.sums[i + 1] = this.sums[i] + (finite ? y : 0);
      this.counts[i + 1] = this.counts[i] + (finite ? 1 : 0);
      if (!finite) continue;
      this.low = Math.min(this.low, y);
      this.high = Math.max(this.high, y);
      if (y > 0) this.lowPositive = Math.min(this.lowPositive, y);
    }
    this.length = length;
  }

  get first() { return this.x[0]; }
  get last() { return this.x[this.length - 1]; }
  get value() { return this.y[this.length - 1]; }

  // A point at nearly every step: what is worth smoothing.
  get dense() { return this.last - this.first < 2 * this.total; }

  // The mean over `width` points up to the i-th; nan where the i-th itself cannot be drawn.
  mean(i, width) {
    if (!(Math.abs(this.y[i]) < 1e30)) return NaN;
    const from = Math.max(0, i + 1 - width);
    return (this.sums[i + 1] - this.sums[from]) / (this.counts[i + 1] - this.counts[from]);
  }

  // The index of the last point not beyond x, or -1.
  at(x) {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.x[middle] <= x) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function grown(array, length) {
  const larger = new array.constructor(length);
  larger.set(array);
  return larger;
}

function styleOf(index, theme) {
  const color = COLORS[index % COLORS.length] ?? theme.text;
  return { color: theme.dark ? LIGHTER[color] ?? color : color, dash: DASHES[index % DASHES.length] };
}

// The text and line colours of the page, JupyterLab's or else the browser's.
function themeOf(element) {
  const style = getComputedStyle(element);
  const color = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const lab = document.body.dataset.jpThemeLight;
  const dark = lab ? lab === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    dark,
    text: color("--jp-ui-font-color1", dark ? "#e8e8e8" : "#1f1f1f"),
    faint: color("--jp-ui-font-color2", dark ? "#a8a8a8" : "#616161"),
    grid: color("--jp-border-color2", dark ? "#424242" : "#e0e0e0"),
    font: `11px ${style.fontFamily}`,
  };
}

// Draw the shown curves; return how to get from a pixel to a step, and back.
// marks: [run, step, text], written at vertical lines; pointer: a step to draw a line at, or null.
function draw(canvas, curves, { log, smooth, theme, marks, pointer, end }) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.font = theme.font;
  const shown = curves.filter((curve) => curve.shown && curve.length);
  const right = Math.max(end, 1, ...curves.map((curve) => curve.last || 0));
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const y = verticalScale(shown, log);
  const toX = (step) => MARGIN.left + (step / right) * inner.width;
  const toY = (value) => MARGIN.top + (1 - y.part(value)) * inner.height;

  drawAxes(c, { theme, toX, toY, ticks: y.ticks, right, inner });
  c.save();
  c.beginPath();
  c.rect(MARGIN.left, 0, inner.width + MARGIN.right, height - MARGIN.bottom + 1);
  c.clip();
  for (const curve of shown) {
    const smoothed = smooth > 1 && curve.dense && curve.length > smooth;
    c.strokeStyle = curve.style.color;
    if (smoothed) {
      Object.assign(c, { lineWidth: 1, globalAlpha: 0.28 });
      drawEnvelope(c, curve, toX, toY);
    }
    Object.assign(c, { lineWidth: 2, globalAlpha: 1, lineJoin: "round" });
    c.setLineDash(curve.style.dash);
    if (smoothed || curve.length < 2 * inner.width)
      drawLine(c, curve, toX, toY, smoothed ? smooth : 1, inner.width);
    else {
      c.setLineDash([]);
      drawEnvelope(c, curve, toX, toY);
    }
    c.setLineDash([]);
  }
  c.restore();
  drawMarks(c, marks, { theme, toX, inner });
  if (pointer !== null) drawVertical(c, toX(pointer), inner, theme.faint, []);
  return { toX, toStep: (pixel) => ((pixel - MARGIN.left) / inner.width) * right };
}

function verticalScale(curves, log) {
  let low = Math.min(...curves.map((curve) => (log ? curve.lowPositive : curve.low)));
  let high = Math.max(...curves.map((curve) => curve.high));
  if (!(low <= high)) [low, high] = log ? [0.1, 1] : [0, 1];
  if (log) {
    let [from, to] = [Math.log10(low), Math.log10(high)];
    const room = Math.max(0.05, 0.05 * (to - from));
    [from, to] = [from - room, to + room];
    return { part: (value) => (value > 0 ? (Math.log10(value) - from) / (to - from) : NaN), ticks: logTicks(from, to) };
  }
  if (low > 0 && low < 0.5 * high) low = 0;
  const room = 0.05 * (high - low) || 0.5 * Math.abs(high) || 1;
  [low, high] = [low === 0 ? 0 : low - room, high + room];
  return { part: (value) => (value - low) / (high - low), ticks: niceTicks(low, high, 5) };
}

function niceTicks(low, high, number) {
  const raw = (high - low) / number;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= raw);
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(i * step);
  return ticks;
}

function logTicks(from, to) {
  const ticks = [];
  const every = Math.max(1, Math.ceil((to - from) / 6));
  const within = to - from < 2.5 ? [1, 2, 5] : [1];
  for (let power = Math.floor(from); power <= to; power++)
    for (const digit of within) {
      const tick = digit * 10 ** power;
      if (power % every === 0 && Math.log10(tick) >= from && Math.log10(tick) <= to) ticks.push(tick);
    }
  return ticks.length > 2 ? ticks : niceTicks(10 ** from, 10 ** to, 4).filter((tick) => tick > 0);
}

function drawAxes(c, { theme, toX, toY, ticks, right, inner }) {
  const bottom = MARGIN.top + inner.height;
  Object.assign(c, { lineWidth: 1, strokeStyle: theme.grid, fillStyle: theme.faint });
  Object.assign(c, { textAlign: "right", textBaseline: "middle" });
  for (const tick of ticks) {
    const y = Math.round(toY(tick)) + 0.5;
    line(c, MARGIN.left, y, MARGIN.left + inner.width, y);
    c.fillText(brief(tick), MARGIN.left - 8, y);
  }
  Object.assign(c, { textAlign: "center", textBaseline: "top" });
  for (const tick of niceTicks(0, right, Math.min(6, inner.width / 60)).filter(Number.isInteger)) {
    const x = Math.round(toX(tick)) + 0.5;
    line(c, x, bottom, x, bottom + 4);
    c.fillText(tick.toLocaleString("en"), Math.min(x, MARGIN.left + inner.width - 12), bottom + 8);
  }
  c.strokeStyle = theme.faint;
  line(c, MARGIN.left, bottom + 0.5, MARGIN.left + inner.width, bottom + 0.5);
}

function line(c, x1, y1, x2, y2) {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}

// The (smoothed) values as a line, at most two points a pixel.
function drawLine(c, curve, toX, toY, width, pixels) {
  const stride = Math.max(1, Math.floor(curve.length / (2 * pixels)));
  c.beginPath();
  let open = false;
  const visit = (i) => {
    const y = toY(curve.mean(i, width));
    if (!Number.isFinite(y)) open = false;
    else if (open) c.lineTo(toX(curve.x[i]), y);
    else {
      c.moveTo(toX(curve.x[i]), y);
      open = true;
    }
  };
  for (let i = 0; i < curve.length - 1; i += stride) visit(i);
  visit(curve.length - 1);
  c.stroke();
  if (curve.length === 1 || (!curve.dense && curve.length < 40)) {
    c.fillStyle = c.strokeStyle;
    for (let i = 0; i < curve.length; i++) {
      c.beginPath();
      c.arc(toX(curve.x[i]), toY(curve.y[i]), 2.5, 0, 2 * Math.PI);
      c.fill();
    }
  }
}

// The values themselves: in each column of pixels a stroke from the lowest to the highest.
function drawEnvelope(c, curve, toX, toY) {
  c.beginPath();
  for (let i = 0, open = false; i < curve.length; ) {
    const column = Math.floor(toX(curve.x[i]));
    let [low, high] = [Infinity, -Infinity];
    for (; i < curve.length && Math.floor(toX(curve.x[i])) === column; i++) {
      const y = toY(curve.y[i]);
      if (y < low) low = y;
      if (y > high) high = y;
    }
    if (!(Math.abs(high) < 1e6 && low <= high)) open = false;
    else {
      if (open) c.lineTo(column, high);
      else c.moveTo(column, high);
      c.lineTo(column, low);
      open = true;
    }
  }
  c.stroke();
}

function drawMarks(c, marks, { theme, toX, inner }) {
  Object.assign(c, { textBaseline: "top", fillStyle: theme.text });
  marks.forEach(([, step, text], index) => {
    const x = Math.round(toX(step)) + 0.5;
    drawVertical(c, x, inner, theme.faint, [2, 2]);
    const leftwards = x > MARGIN.left + 0.7 * inner.width;
    c.textAlign = leftwards ? "right" : "left";
    c.fillText(text, x + (leftwards ? -5 : 5), MARGIN.top + 2 + 14 * (index % 4));
  });
}

function drawVertical(c, x, inner, color, dash) {
  Object.assign(c, { lineWidth: 1, strokeStyle: color });
  c.setLineDash(dash);
  line(c, x, MARGIN.top, x, MARGIN.top + inner.height);
  c.setLineDash([]);
}

// 0.00123 → "0.00123", 1e-7 → "1e-7", 12345 → "12,345"
function brief(value) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
