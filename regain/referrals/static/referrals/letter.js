// The page of a referral works without this file: every mark is a link to its reason, and back. This lights both at once.
(() => {
  const panel = document.querySelector(".letter-panel");
  let lit = "";
  const light = (numbers) => {
    if (numbers === lit) return;
    lit = numbers;
    for (const one of document.querySelectorAll("[data-evidence].lit")) one.classList.remove("lit");
    for (const number of numbers.split(" ").filter(Boolean)) {
      for (const one of document.querySelectorAll(`[data-evidence~="${CSS.escape(number)}"]`)) one.classList.add("lit");
    }
  };
  const pointed = (event) => event.target.closest?.("[data-evidence]")?.dataset.evidence ?? "";
  // only the letter's own panel moves, never the page under the hand that points
  const show = () => {
    const mark = panel?.querySelector(".lit");
    if (!mark || panel.scrollHeight <= panel.clientHeight) return;
    const [box, at] = [panel.getBoundingClientRect(), mark.getBoundingClientRect()];
    if (at.top < box.top || at.bottom > box.bottom) panel.scrollTop += at.top - box.top - box.height / 3;
  };
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      light(pointed(event));
      if (!panel?.contains(event.target)) show();
    });
  }
  document.addEventListener("focusout", () => light(""));
})();
