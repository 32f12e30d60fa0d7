// Reads aloud with the browser's own voice, in the language of the page: what stands beside the button (data-read-scope), else the
// whole page. Pressed again it stops. Without it the words are read as text.
(() => {
  if (!("speechSynthesis" in window)) return;
  for (const button of document.querySelectorAll("[data-read-aloud]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const going = speechSynthesis.speaking;
      speechSynthesis.cancel();
      if (going && button.dataset.reading) { delete button.dataset.reading; return; }
      const scope = button.closest("[data-read-scope]") ?? document;
      const words = new SpeechSynthesisUtterance([...scope.querySelectorAll("[data-read]")].map((one) => one.textContent.trim()).join(". "));
      words.lang = document.documentElement.lang;
      words.rate = 0.9;
      words.onend = () => { delete button.dataset.reading; };
      button.dataset.reading = "1";
      speechSynthesis.speak(words);
    });
  }
})();
