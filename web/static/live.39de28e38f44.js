const SHORTEST = 100, TIMES_AS_LONG = 2;
let stream, waiting, next = 0, broke = false, isFetching = false, isAskedAgain = false;

function listen() {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
    broke = true;
  } else if (!stream) {
    stream = new EventSource(`/changed?since=${document.querySelector("[data-position]").dataset.position}`);
    stream.addEventListener("changed", refresh);
    stream.addEventListener("open", () => broke && refresh());
    stream.addEventListener("error", () => { broke = true; });
  }
}

function refresh() {
  broke = false;
  clearTimeout(waiting);
  waiting = setTimeout(fetchOnce, next - Date.now());
}

async function fetchOnce() {
  if (isFetching) {
    isAskedAgain = true;
    return;
  }
  const began = Date.now();
  isFetching = true;
  await fetchParts();
  isFetching = false;
  next = began + Math.max(SHORTEST, TIMES_AS_LONG * (Date.now() - began));
  if (isAskedAgain) refresh();
  isAskedAgain = false;
}

async function fetchParts() {
  for (const part of document.querySelectorAll("[hx-trigger^=moved]")) part.dispatchEvent(new Event("moved"));
  const parts = [...document.querySelectorAll("[data-moves]")];
  if (!parts.length || document.hidden) return;
  const answer = await fetch(location.href, { headers: { "hx-request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const its = fresh.getElementById(part.id);
    if (!its || its.innerHTML === part.innerHTML) continue;
    if (part.contains(document.activeElement)) part.addEventListener("focusout", refresh, { once: true });
    else part.replaceWith(its);
  }
}

document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => { stream?.close(); stream = undefined; broke = true; });
addEventListener("pageshow", listen);
listen();
