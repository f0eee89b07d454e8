// Backgrounds: heights as shades, and level lines where a shade ends.

const HEAT = {
  light: { low: [255, 255, 255], high: [180, 191, 202], line: [139, 149, 160] },
  dark: { low: [28, 28, 28], high: [84, 94, 106], line: [118, 130, 144] },
};

/** The picture of a background, made once per size and theme. */
function heatImage({ z, shape: [rows, columns] }, mark, box, theme, cache) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(box[2] * ratio), Math.round(box[3] * ratio)];
  const { low: ground, high, line } = theme.dark ? HEAT.dark : HEAT.light;
  const name = [mark.key, width, height, theme.dark].join();
  if (cache.name === name) return cache.image;
  const image = Object.assign(document.createElement("canvas"), { width, height });
  const pen = image.getContext("2d");
  const pixels = pen.createImageData(width, height);
  const at = (i, j) => { // bilinear between the four neighbours
    const [u, v] = [(i / (width - 1)) * (columns - 1), (1 - j / (height - 1)) * (rows - 1)];
    const [c, r] = [Math.min(u | 0, columns - 2), Math.min(v | 0, rows - 2)];
    const across = (k) => z[k] * (1 - u + c) + z[k + 1] * (u - c);
    return across(r * columns + c) * (1 - v + r) + across((r + 1) * columns + c) * (v - r);
  };
  const levelOf = (value) => Math.floor(value * mark.levels - 1e-6);
  let above = new Float32Array(width);
  for (let j = 0; j < height; j++) {
    const row = new Float32Array(width);
    for (let i = 0; i < width; i++) {
      row[i] = at(i, j);
      let shade = row[i];
      let color = high;
      if (mark.levels) {
        const level = levelOf(row[i]);
        const crossed = (i && level !== levelOf(row[i - 1])) || (j && level !== levelOf(above[i]));
        if (crossed) color = line;
        shade = crossed ? 1 : (level + 1) / mark.levels;
      }
      shade = Math.max(0, Math.min(1, shade || 0));
      for (let k = 0; k < 3; k++) {
        pixels.data[4 * (j * width + i) + k] = ground[k] + shade * (color[k] - ground[k]);
      }
      pixels.data[4 * (j * width + i) + 3] = 255;
    }
    above = row;
  }
  pen.putImageData(pixels, 0, 0);
  Object.assign(cache, { name, image });
  return image;
}
