import { initAll } from "/static/govuk-frontend.75501f84675e.js";
import "/static/phone.dba0e32fbce1.js";
import { showWhatMatters } from "/static/asking.4f08c494ae00.js";

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

document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden) event.preventDefault();
});

let focused = null;
document.addEventListener("htmx:before:swap", () => {
  focused = document.activeElement && document.activeElement.id;
});
document.addEventListener("htmx:after:swap", (event) => {
  const still = focused && document.getElementById(focused);
  if (still && still !== document.activeElement) still.focus({ preventScroll: true });
  initAll({ scope: event.detail.ctx.target });
});
