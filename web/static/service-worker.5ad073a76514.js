importScripts("/static/vault.d042f7561113.js", "/static/outbox.48d5de95d60d.js");

const CACHE = "register-{{version}}";
const FILES = {{files}};
const SHELLS = {{shells}};
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

async function keep() {
  const cache = await caches.open(CACHE);
  const fresh = (path) => new Request(path, { cache: "reload", credentials: "omit" });
  await cache.addAll([...FILES, ...Object.values(SHELLS).map(fresh)]);
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(kept(pathname, request));
  else if (request.mode === "navigate") {
    event.respondWith(page(pathname, request));
    event.waitUntil(keepAgain());
  }
});

async function keepAgain() {
  if (!await caches.has(CACHE)) await keep().catch(() => caches.delete(CACHE));
}

async function kept(path, request) {
  return (await caches.match(path, { ignoreVary: true })) ?? fetch(request);
}

async function page(path, request) {
  if (Object.values(SHELLS).includes(path)) return kept(path, request);
  try {
    const answer = await Promise.race([fetch(request), late()]);
    if (![502, 503, 504].includes(answer.status)) return answer;
  } catch { /* there is no signal, or too little */ }
  return kept(SHELLS[path] ?? SHELLS["*"], request);
}

const late = () => new Promise((_, reject) => setTimeout(reject, PATIENCE));

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(deliverAll());
});

async function deliverAll() {
  const declarations = await self.outbox.deliver({ now: true });
  const pictures = await self.outbox.deliverPictures({ now: true });
  const stopped = declarations.stopped ?? pictures.stopped;
  if (stopped && stopped !== "sign-in") throw new Error("Not all could be sent; try again later.");
}

const WAITS = { title: "Declarations register", body: "Something waits for you in the register." };

function told(event) {
  try {
    return { ...WAITS, ...event.data.json().notification };
  } catch {
    return WAITS;
  }
}

self.addEventListener("push", (event) => event.waitUntil(show(told(event))));

async function show({ title, body, tag, lang, dir, navigate, data }) {
  const [before] = tag ? await self.registration.getNotifications({ tag }) : [];
  const message = data?.message;
  const isNew = !message || before?.data?.message !== message;
  await self.registration.showNotification(title, {
    body, tag, lang, dir, icon: "/static/icon-192.a7c9e0a445cd.png",
    renotify: Boolean(tag) && isNew, data: { navigate, message },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.navigate));
});

async function open(wanted) {
  const url = new URL(wanted ?? "/", location.origin);
  const there = url.origin === location.origin ? url.href : location.origin;
  const [window] = await self.clients.matchAll({ type: "window" });
  if (!window) return self.clients.openWindow(there);
  await window.navigate(there).catch(() => null);
  return window.focus();
}
