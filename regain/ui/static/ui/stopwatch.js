// A stopwatch, a time that runs out, and a lap counter for performance tests. Moments are kept, not ticks, and kept on the device:
// a locked phone, a reload or a closed tab loses nothing. Without this file the seconds and laps are typed.
(() => {
  const box = document.querySelector("[data-stopwatch]");
  if (!box) return;
  const key = `stopwatch:${location.pathname}`;
  const by = (name) => box.querySelector(name);
  const [go, lap, clear] = ["start", "lap", "clear"].map((name) => by(`[data-act="${name}"]`));
  const face = by("[data-face]"), said = by("[data-said]"), list = by("[data-laps]");
  const names = box.dataset.stopwatch.split(" ").filter(Boolean);
  const limit = Number(box.dataset.countdown) || 0;
  const fresh = () => ({ began: 0, stopped: 0, laps: [], count: 0, filled: {}, told: false });
  let state = fresh();
  try { state = { ...state, ...JSON.parse(localStorage.getItem(key)) }; } catch { /* nothing was kept */ }
  const keep = () => { try { localStorage.setItem(key, JSON.stringify(state)); } catch { /* a private window keeps nothing */ } };
  const field = (name) => document.querySelector(`form [name="${name}"]`);
  const seconds = (at) => Math.round((at - state.began) / 100) / 10;
  const put = (name, value) => {
    const one = field(name);
    if (!one) return;
    one.value = value;
    state.filled[name] = String(value);
    keep();
    one.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const fill = (value) => {
    const free = names.find((name) => field(name) && !field(name).value);
    if (!free) { said.textContent = names.length ? `${value} seconds; every trial is filled in.` : `Stopped at ${value} seconds.`; return; }
    put(free, value);
    said.textContent = `${value} seconds put into ${field(free).labels[0]?.firstChild.textContent.trim() ?? "the form"}.`;
  };
  const sound = () => {
    navigator.vibrate?.([300, 100, 300]);
    try {
      const audio = new AudioContext(), tone = audio.createOscillator();
      tone.connect(audio.destination);
      tone.start();
      tone.stop(audio.currentTime + 0.6);
    } catch { /* no sound here; the words say it */ }
  };
  const clock = (value) => limit && value >= 60 ? `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")}` : value.toFixed(1);
  const show = () => {
    const running = state.began && !state.stopped;
    const value = state.began ? seconds(state.stopped || Date.now()) : 0;
    face.textContent = limit ? clock(Math.max(limit - value, 0)) : value.toFixed(1);
    go.textContent = running ? "Stop" : "Start";
    lap.disabled = !running;
    if (running && limit && value >= limit && !state.told) {
      state.told = true;
      state.stopped = state.began + limit * 1000;
      keep();
      sound();
      said.textContent = value > limit + 1.5 ? `Time was up ${Math.round(value - limit)} seconds ago.` : "Time is up.";
      show();
      return;
    }
    if (running) requestAnimationFrame(show);
  };
  const showLaps = () => {
    list.replaceChildren(...state.laps.map((at, n) => {
      const row = document.createElement("li");
      row.textContent = `${seconds(at).toFixed(1)} s, this one ${(Math.round((at - (state.laps[n - 1] ?? state.began)) / 100) / 10).toFixed(1)} s`;
      return row;
    }));
    list.hidden = !state.laps.length;
  };
  go.addEventListener("click", () => {
    if (state.began && !state.stopped) {
      state.stopped = Date.now();
      fill(seconds(state.stopped));
    } else {
      Object.assign(state, { began: Date.now(), stopped: 0, laps: [], told: false });
      said.textContent = "Running.";
    }
    keep();
    show();
    showLaps();
  });
  lap.addEventListener("click", () => {
    state.laps.push(Date.now());
    keep();
    showLaps();
    said.textContent = `Lap ${state.laps.length} at ${seconds(state.laps.at(-1))} seconds.`;
  });
  clear.addEventListener("click", () => {
    for (const name of Object.keys(state.filled)) if (field(name)) field(name).value = "";
    state = fresh();
    keep();
    said.textContent = "Cleared.";
    show();
    showLaps();
    counted();
  });

  // Laps of a known length make a distance; repetitions are a count.
  const counter = by("[data-counter]");
  const counted = () => {
    if (!counter) return;
    counter.querySelector("output").textContent = state.count;
    const [length, rest] = ["length", "rest"].map((name) => counter.querySelector(`[data-lap="${name}"]`));
    if (!length) { if (state.count || state.filled[counter.dataset.counter]) put(counter.dataset.counter, state.count); return; }
    const number = (one) => Number(one.value.replace(",", ".")) || 0;
    if (number(length) && (state.count || number(rest))) put(counter.dataset.counter, Math.round((state.count * number(length) + number(rest)) * 10) / 10);
  };
  if (counter) {
    const step = (by) => { state.count = Math.max(state.count + by, 0); keep(); counted(); };
    counter.querySelector('[data-act="more"]').addEventListener("click", () => step(1));
    counter.querySelector('[data-act="less"]').addEventListener("click", () => step(-1));
    for (const one of counter.querySelectorAll("[data-lap]")) {
      one.value = state[one.dataset.lap] ?? "";
      one.addEventListener("input", () => { state[one.dataset.lap] = one.value; keep(); counted(); });
    }
  }

  // Keys while the stopwatch has the focus: S starts and stops, L is a lap, + and - count.
  box.addEventListener("keydown", (event) => {
    if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { s: "start", l: "lap", "+": "more", "-": "less" }[event.key.toLowerCase()];
    const button = act && by(`[data-act="${act}"]`);
    if (button && !button.disabled) { event.preventDefault(); button.click(); }
  });
  field("taken_on")?.form.addEventListener("submit", () => localStorage.removeItem(key));
  for (const [name, value] of Object.entries(state.filled)) if (field(name) && !field(name).value) field(name).value = value;
  document.addEventListener("visibilitychange", show);
  box.hidden = false;
  show();
  showLaps();
  counted();
})();
