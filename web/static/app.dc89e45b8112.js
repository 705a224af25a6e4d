// What every page does with JavaScript; nothing needs it.
import { initAll } from "/static/govuk-frontend.75501f84675e.js";
import "/static/phone.dfe5bed34a1e.js";
import { showWhatMatters } from "/static/asking.4886ed2ef638.js";

// Where there is room beside a form, what is folded on a phone is open.
if (matchMedia("(min-width: 48.0625em)").matches)
  for (const folded of document.querySelectorAll("details.app-at-desk")) folded.open = true;

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

initAll();
showWhatMatters();
document.addEventListener("change", () => showWhatMatters());
addEventListener("pageshow", () => showWhatMatters());

// Nothing is asked again while nobody looks: a page that was left open ends its session in time.
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden) event.preventDefault();
});

// After a row or an inbox is refreshed in place, keep the focus where the person was.
let focused = null;
document.addEventListener("htmx:before:swap", () => {
  focused = document.activeElement && document.activeElement.id;
});
document.addEventListener("htmx:after:swap", (event) => {
  const still = focused && document.getElementById(focused);
  if (still && still !== document.activeElement) still.focus({ preventScroll: true });
  initAll({ scope: event.detail.ctx.target });
});
