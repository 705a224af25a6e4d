const show = () => {
  const waiting = Number(document.querySelector("[data-waiting]").dataset.waiting);
  (waiting ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()).catch(() => {});
};

if (navigator.setAppBadge) {
  show();
  document.addEventListener("htmx:after:swap", show);
}
