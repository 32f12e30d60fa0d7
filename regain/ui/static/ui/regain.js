// Pages work without this file. It keeps a form from being sent twice, warns before typed words are lost,
// and brings the menu of a phone to the page one is on.
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.dataset.dirty = "";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.dirty = "1";
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector('form[data-guard][data-dirty="1"]')) event.preventDefault();
  });
  const rail = document.querySelector(".rail"), here = rail?.querySelector("[aria-current]");
  if (here && rail.scrollWidth > rail.clientWidth) rail.scrollLeft = here.offsetLeft - (rail.clientWidth - here.offsetWidth) / 2;
  for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;
  for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      document.querySelector("[data-copied]").textContent = "Copied.";
    });
  }
  for (const hint of document.querySelectorAll("[data-quick-hint]")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const go = event.target.closest("form[data-quick]")?.querySelector("[data-quick-go]");
    if (go) { event.preventDefault(); go.click(); }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print]");
    if (button) window.print();
  });
})();
