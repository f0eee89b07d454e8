// Panels on a canvas: axes and the marks of nblib/playground/scene.py, after look.js and heat.js
// in one module. The browser shows a canvas only when the script rests, so nothing flickers.

const MARGIN = { left: 56, right: 12, top: 8, bottom: 40 };

/** What a mark is drawn with: by its series, or neutral. */
function lookOf(mark, theme) {
  if (mark.kind === "band") return { color: theme.dark ? "#009e7355" : "#009e7326", dash: [] };
  return mark.series === null ? { color: theme.faint, dash: [2, 3] } : styleOf(mark.series, theme);
}

/** Position on an axis ↔ pixel, from `start` (at its low end) over `length` pixels. */
function scaleOf(axis, start, length) {
  const bend = axis.log ? Math.log10 : (value) => value;
  const [low, high] = [bend(axis.low), bend(axis.high)];
  return {
    pixel(value) {
      const at = axis.log && value <= 0 ? -1e5 : ((bend(value) - low) / (high - low)) * length;
      // Far outside is as good as infinitely far, which a canvas does not draw.
      return Number.isNaN(at) ? NaN : start + Math.max(-1e5, Math.min(1e5, at));
    },
    value(pixel) {
      const at = low + ((pixel - start) / length) * (high - low);
      return axis.log ? 10 ** at : at;
    },
  };
}

/** The scales of a panel that is drawn `width` × `height` pixels large. */
function scalesOf(panel, width, height) {
  return {
    x: scaleOf(panel.x, MARGIN.left, width - MARGIN.left - MARGIN.right),
    y: scaleOf(panel.y, height - MARGIN.bottom, MARGIN.top + MARGIN.bottom - height),
  };
}

/** Round positions on an axis, at most about `count`: [value, text] each. */
function ticksOf(axis, count) {
  if (axis.names.length) return axis.names.map((name, at) => [at, name]);
  if (axis.log) {
    const [first, last] = [Math.ceil(Math.log10(axis.low)), Math.floor(Math.log10(axis.high))];
    const stride = Math.max(1, Math.ceil((last - first + 1) / count));
    const ticks = [];
    for (let power = first; power <= last; power += stride) ticks.push([10 ** power, decade(power)]);
    return ticks;
  }
  const rough = (axis.high - axis.low) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= rough * 0.999);
  const ticks = [];
  for (let n = Math.ceil(axis.low / step - 1e-9); n * step <= axis.high + step * 1e-9; n++) {
    ticks.push([n * step, String(Number((n * step).toPrecision(6))).replace("-", "−")]);
  }
  return ticks;
}

function decade(power) {
  if (Math.abs(power) <= 2) return String(Number((10 ** power).toPrecision(3)));
  const raised = [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]));
  return `10${raised.join("")}`;
}

/**
 * Draw a panel anew.
 * @param numbers of a mark's array: a function from `{at, shape}` to Float32Array
 * @param heats key → {z, shape} of every background sent so far
 * @param cache an object of this canvas alone, kept between calls
 */
function drawPanel(canvas, panel, numbers, heats, cache) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  const pen = penOf(canvas);
  const theme = themeOf(canvas);
  const scales = scalesOf(panel, width, height);
  const box = [
    MARGIN.left, MARGIN.top, width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom,
  ];
  const hasHeat = panel.marks.some((mark) => mark.kind === "heat");
  drawAxes(pen, panel, scales, box, theme, !hasHeat);
  pen.save();
  pen.beginPath();
  pen.rect(...box);
  pen.clip();
  for (const mark of panel.marks) {
    if (mark.kind === "heat") {
      const heat = heats[mark.key]; // it may still be on its way
      if (heat) pen.drawImage(heatImage(heat, mark, box, theme, cache), ...box);
    } else {
      MARKS[mark.kind](pen, mark, numbers, scales, lookOf(mark, theme), theme, box);
    }
  }
  pen.restore();
}

function drawAxes(pen, panel, scales, [left, top, width, height], theme, grid) {
  pen.font = theme.font;
  pen.fillStyle = theme.text;
  pen.lineWidth = 1;
  const bottom = top + height;
  const rule = (x1, y1, x2, y2, color) => {
    pen.strokeStyle = color;
    pen.beginPath();
    pen.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
    pen.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
    pen.stroke();
  };
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const [value, text] of ticksOf(panel.x, width / 45)) {
    const x = scales.x.pixel(value);
    if (grid && !panel.x.names.length) rule(x, top, x, bottom, theme.grid);
    rule(x, bottom, x, bottom + 4, theme.faint);
    pen.fillText(text, x, bottom + 7);
  }
  pen.fillText(panel.x.label, left + width / 2, bottom + 24);
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const [value, text] of ticksOf(panel.y, height / 40)) {
    const y = scales.y.pixel(value);
    if (grid && !panel.y.names.length) rule(left, y, left + width, y, theme.grid);
    rule(left - 4, y, left, y, theme.faint);
    pen.fillText(text, left - 7, y);
  }
  pen.save();
  pen.translate(11, top + height / 2);
  pen.rotate(-Math.PI / 2);
  pen.textAlign = "center";
  pen.fillText(panel.y.label, 0, 0);
  pen.restore();
  rule(left, top, left, bottom, theme.faint);
  rule(left, bottom, left + width, bottom, theme.faint);
}

const MARKS = {
  line(pen, mark, numbers, { x, y }, look) {
    const [xs, ys] = [numbers(mark.x).map(x.pixel), numbers(mark.y).map(y.pixel)];
    pen.strokeStyle = pen.fillStyle = look.color;
    pen.lineWidth = mark.markers ? 1.4 : 2;
    pen.lineJoin = "round";
    pen.setLineDash(look.dash);
    pen.beginPath();
    for (let i = 0, down = false; i < xs.length; i++) {
      const there = !Number.isNaN(xs[i] + ys[i]);
      if (there) down ? pen.lineTo(xs[i], ys[i]) : pen.moveTo(xs[i], ys[i]);
      down = there;
    }
    pen.stroke();
    pen.setLineDash([]);
    const every = xs.length <= 101 ? 1 : Math.floor(xs.length / 20);
    for (let i = 0; mark.markers && i < xs.length; i += every) dot(pen, xs[i], ys[i], 2.6);
  },
  points(pen, mark, numbers, { x, y }, look) {
    const [xs, ys] = [numbers(mark.x).map(x.pixel), numbers(mark.y).map(y.pixel)];
    pen.strokeStyle = pen.fillStyle = look.color;
    pen.lineWidth = 2;
    for (let i = 0; i < xs.length; i++) dot(pen, xs[i], ys[i], mark.size, mark.hollow);
  },
  bars(pen, mark, numbers, { x, y }, look) {
    const [edges, heights] = [numbers(mark.edges).map(x.pixel), numbers(mark.heights)];
    const base = y.pixel(mark.base);
    const outline = new Path2D();
    outline.moveTo(edges[0], base);
    for (let i = 0; i < heights.length; i++) {
      const top = y.pixel(mark.base + heights[i]);
      outline.lineTo(edges[i], top);
      outline.lineTo(edges[i + 1], top);
    }
    outline.lineTo(edges[heights.length], base);
    pen.fillStyle = pen.strokeStyle = look.color;
    pen.globalAlpha = 0.4;
    pen.fill(outline);
    pen.globalAlpha = 1;
    pen.lineWidth = 1.2;
    pen.stroke(outline);
  },
  band(pen, mark, numbers, { y }, look, theme, [left, , width]) {
    pen.fillStyle = look.color;
    pen.fillRect(left, y.pixel(mark.high), width, y.pixel(mark.low) - y.pixel(mark.high));
  },
  text(pen, mark, numbers, { x, y }, look, theme) {
    pen.font = theme.font.replace("11px", `${mark.size}px`);
    pen.fillStyle = theme.text;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(mark.text, x.pixel(mark.x), y.pixel(mark.y));
  },
};

function dot(pen, x, y, radius, hollow = false) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  hollow ? pen.stroke() : pen.fill();
}
