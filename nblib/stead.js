// A widget finds its way back to its place, after a page was loaded anew.
// JupyterLab looks for a model for two seconds; if a busy page restores it just at their end, the
// output shows an error for good (renderModel in @jupyter-widgets/jupyterlab-manager 5.0). Then
// the view goes into the output that follows, see nblib/stead.py.

const LOOKS = 3; // a second apart, before a view is put there

/** Watch over the places of a model, until the function that is returned is called. */
function comeBack(model, render) {
  const ends = new Map(); // place → what ends the view in it
  const end = (place) => {
    ends.get(place)?.();
    ends.delete(place);
    place.querySelector(".nblib-alive")?.remove();
  };
  const look = () => {
    [...ends.keys()].filter((place) => !place.isConnected).forEach(end);
    for (const place of document.querySelectorAll(`.nblib-stead[data-place="${model.get("place")}"]`)) {
      const output = place.closest(".jp-OutputArea-child")?.previousElementSibling;
      place.looks = output?.querySelector(".nblib-alive") ? 0 : (place.looks ?? 0) + 1;
      if (!place.looks) end(place);
      else if (place.looks >= LOOKS && !ends.has(place)) ends.set(place, render({ model, el: place }));
    }
  };
  const timer = setInterval(look, 1000);
  return () => {
    clearInterval(timer);
    [...ends.keys()].forEach(end);
  };
}

