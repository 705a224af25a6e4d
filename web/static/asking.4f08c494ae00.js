export function showWhatMatters(root = document) {
  for (const group of root.querySelectorAll("[data-only-if]")) {
    const [name, wanted] = group.dataset.onlyIf.split("=");
    const given = new FormData(group.closest("form")).get(name);
    group.hidden = Boolean(given) && given !== wanted;
  }
}
