// How many things wait for this person, as a number on the app's icon where there is one.
const show = () => {
  const waiting = Number(document.querySelector("[data-waiting]").dataset.waiting);
  (waiting ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()).catch(() => {});
};

if (navigator.setAppBadge) {
  show();
  document.addEventListener("htmx:after:swap", show);
}
