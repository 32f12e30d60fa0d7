// A stopwatch and lap counter for performance tests. The start time is kept, not counted, so a locked phone loses nothing.
// Without this file the seconds are typed.
(() => {
  const box = document.querySelector("[data-stopwatch]");
  if (!box) return;
  const key = `stopwatch:${location.pathname}`;
  const face = box.querySelector("output");
  const [go, lap, clear] = ["start", "lap", "clear"].map((name) => box.querySelector(`[data-act="${name}"]`));
  const said = box.querySelector("[data-said]");
  const names = box.dataset.stopwatch.split(" ");
  let began = Number(sessionStorage.getItem(key)) || 0;
  let laps = 0;
  const seconds = () => Math.round((Date.now() - began) / 100) / 10;
  const fill = (value) => {
    const field = names.map((name) => document.querySelector(`[name="${name}"]`)).find((one) => one && !one.value);
    if (!field) { said.textContent = `${value} seconds; every trial is filled in.`; return; }
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    said.textContent = `${value} seconds put into ${field.labels[0]?.firstChild.textContent.trim() ?? "the form"}.`;
  };
  const show = () => {
    face.textContent = (began ? seconds() : 0).toFixed(1);
    go.textContent = began ? "Stop" : "Start";
    lap.disabled = !began;
    if (began) requestAnimationFrame(show);
  };
  go.addEventListener("click", () => {
    if (began) {
      const value = seconds();
      began = 0;
      sessionStorage.removeItem(key);
      fill(value);
    } else {
      began = Date.now();
      laps = 0;
      sessionStorage.setItem(key, String(began));
    }
    show();
  });
  lap.addEventListener("click", () => { laps += 1; said.textContent = `Lap ${laps} at ${seconds()} seconds.`; });
  clear.addEventListener("click", () => {
    began = 0;
    sessionStorage.removeItem(key);
    for (const name of names) { const field = document.querySelector(`[name="${name}"]`); if (field) field.value = ""; }
    said.textContent = "Cleared.";
    show();
  });
  box.hidden = false;
  show();
})();
