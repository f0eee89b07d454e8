// What all canvases of the course share: colours, dashes, and the theme of the page. It becomes one
// module with the scripts that follow it.

// Okabe & Ito (2008), in the order of nblib/plots.py; null is the colour of the text.
const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", null, "#E69F00", "#56B4E9"];
const LIGHTER = { "#0072B2": "#3D9BD6" }; // on a dark page
const DASHES = [[], [7, 3], [12, 3, 2, 3], [2, 3], [16, 4], [10, 3, 2, 3, 2, 3], [2, 5]];

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

// A canvas as sharp as the screen, and clean; its units are CSS pixels.
function penOf(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}
