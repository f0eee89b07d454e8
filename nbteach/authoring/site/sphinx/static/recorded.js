// A playground without a kernel: nbteach/authoring/site/recording.py drew its scenes beforehand. Here
// they answer in place of Python; nblib/playground/*.js, above in this file, draws them. Where the
// controls stand is kept in the address, #surface=bowl&lr=0.1, so that a link shares it.

const waiting = {}; // name of a file → what to call with its text

function nblibRecorded(name, text) {
  waiting[name](text);
}

/** Load a file of the recording, once; return a promise of its scenes. */
function loader(folder) {
  const loaded = {};
  return (name) => loaded[name] ??= new Promise((resolve, reject) => {
    waiting[name] = resolve;
    const script = document.createElement("script");
    script.src = `${folder}/${name}.js`;
    script.onerror = () => reject(new Error(`${script.src} is missing`));
    document.head.append(script);
  }).then(unpack);
}

async function unpack(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const planes = new Uint8Array(buffer, 4 + length); // all first bytes, all second bytes, ...
  const bytes = new Uint8Array(planes.length);
  const count = planes.length / 4;
  for (let i = 0; i < planes.length; i++) bytes[4 * (i % count) + Math.floor(i / count)] = planes[i];
  return { ...head, numbers: new Float32Array(bytes.buffer) };
}

/** The place in `stops` that is nearest to a value. */
function nearest(stops, value, log) {
  const bend = log ? Math.log : Number;
  const far = stops.map((stop) => Math.abs(bend(stop) - bend(value)));
  return far.indexOf(Math.min(...far));
}

/**
 * Show the playground in an element.
 * @param about what `recording.about` returned
 * @param folder where its files are
 */
function playRecorded(el, about, folder) {
  const load = loader(folder);
  const { controls, stops } = about;
  let receive;
  let values = fromAddress();

  /** The controls where the address says, or else where they start. */
  function fromAddress() {
    const said = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    return snapped(Object.fromEntries(controls.map((spec) => [spec.name, said[spec.name] ?? spec.start])));
  }

  /** The values that were recorded, nearest to these. */
  function snapped(given) {
    return Object.fromEntries(controls.map((spec) => {
      const value = given[spec.name];
      if (spec.kind === "choice") return [spec.name, spec.options.includes(value) ? value : spec.start];
      const number = Number(value) || 0;
      const within = Math.max(spec.low, Math.min(spec.high, number));
      return [spec.name, stops[spec.name][nearest(stops[spec.name], within, spec.log)]];
    }));
  }

  /** Show the scene of the values; `tag` names the question that it answers. */
  async function show(tag) {
    const shown = values;
    try {
      const picked = controls.filter((spec) => spec.kind === "choice").map(({ name }) => shown[name]);
      const file = await load([about.name, ...picked.map((word) => word.replaceAll(" ", "_"))].join("-"));
      receive({ kind: "scene", tag, values: shown, ...sceneOf(file, shown) }, [file.view]);
    } catch (error) {
      receive({ kind: "error", tag, text: error.message }, []);
    }
  }

  function sceneOf(file, shown) {
    let place = 0;
    for (const [name, all] of Object.entries(stops)) place = place * all.length + all.indexOf(shown[name]);
    const scene = file.where[place];
    const backgrounds = Object.values(file.heats).reduce((sum, { shape: [a, b] }) => sum + a * b, 0);
    const start = backgrounds + scene * file.size;
    const at = (mark) => Object.fromEntries(Object.entries(mark).map(([field, value]) =>
      [field, value?.shape ? { ...value, at: start + value.at } : value]));
    const withHeat = (mark) => mark.kind === "heat" ? { ...mark, z: file.heats[mark.key] } : at(mark);
    const panels = file.panels.map((panel) => ({ ...panel, marks: panel.marks.map(withHeat) }));
    file.view ??= new DataView(file.numbers.buffer);
    const reached = file.reached[scene];
    const score = reached ? "✓ reached" : "○ not reached here";
    return { panels, says: file.says[scene], goal: file.goal, score, reached };
  }

  function send(message) {
    values = snapped({ ...values, ...message.values });
    if (message.kind === "move") {
      history.replaceState(null, "", `#${new URLSearchParams(values)}`);
    }
    show(message.tag);
  }

  addEventListener("hashchange", () => {
    values = fromAddress();
    show(null);
  });
  const model = { get: (name) => about[name], send, on: (_, action) => (receive = action), off() {} };
  render({ model, el });
}
