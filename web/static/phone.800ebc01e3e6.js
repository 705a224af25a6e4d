// What every page does for somebody's phone: it says what waits there, sends it, takes a new
// version when it is let, and lets nobody sign out without a warning.
import "/static/vault.341c93620007.js";
import "/static/outbox.cedbf5edf1e6.js";

const { vault, outbox } = self;
const person = document.body.dataset.person;
const byId = (id) => document.getElementById(id);
const many = (count, one, more) => `${count} ${count === 1 ? one : more}`;

// What waits here

async function paint({ stopped = null } = {}) {
  const { mine, others } = await outbox.counted(await vault.owner());
  const words = [];
  if (mine) {
    words.push(`${many(mine, "declaration is", "declarations are")} saved on this phone and not sent yet.`);
    if (stopped === "sign-in") words.push("Sign in to send: until then it is safe here.");
  }
  if (others) {
    words.push(`${many(others, "declaration", "declarations")} of somebody else ${others === 1 ? "waits" : "wait"} on this phone.`);
  }
  const banner = byId("unsent");
  banner.hidden = !words.length;
  banner.querySelector("p").firstChild.data = `${words.join(" ")} `;
}

let next = null;
let latest = {};
let unreached = 0;

async function deliver(how) {
  clearTimeout(next);
  latest = await outbox.deliver(how);
  await paint(latest);
  dispatchEvent(new CustomEvent("register:delivered", { detail: latest }));
  const waiting = (await outbox.own(await vault.owner())).filter((each) => each.state === "waiting");
  unreached = latest.stopped === "unreachable" ? unreached + 1 : 0;
  if (waiting.length && latest.stopped !== "sign-in") {
    const soonest = Math.min(...waiting.map((each) => each.after)) - Date.now();
    next = setTimeout(() => deliver().catch(() => {}), unreached ? outbox.backOff(unreached) : Math.max(1000, soonest));
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register("outbox").catch(() => {});
  }
  return latest;
}

const deliverNow = () => deliver({ now: true }).catch(() => {});

async function begin() {
  if (person) await vault.belongsTo(person);
  await paint();
  outbox.said.addEventListener("message", ({ data }) => {
    if (data === "signed out") location.replace("/sign-in");
    else paint(latest);
  });
  addEventListener("online", deliverNow);
  addEventListener("pageshow", (event) => event.persisted && deliverNow());
  document.addEventListener("visibilitychange", () => document.hidden || deliverNow());
  await deliver();
}

// A new version

async function watchForVersions() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const found = await serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
  const offer = (worker) => {
    if (worker?.state !== "installed" || !serviceWorker.controller) return;
    byId("new-version").hidden = false;
    byId("new-version").querySelector("button").onclick = async () => {
      await self.keepDraft?.();
      serviceWorker.addEventListener("controllerchange", () => location.reload());
      worker.postMessage("take over");
    };
  };
  // A page that came while its first worker began is nobody's yet.
  if (!serviceWorker.controller) serviceWorker.ready.then(({ active }) => active.postMessage("claim"));
  offer(found.waiting);
  found.addEventListener("updatefound", () => {
    const worker = found.installing;
    worker.addEventListener("statechange", () => offer(worker));
  });
}

// Signing out

async function signOut(form) {
  const { mine, others } = await outbox.counted(await vault.owner());
  const say = (words) => { byId("signing-out").textContent = words; };
  if (mine && form.dataset.warned !== String(mine)) {
    form.dataset.warned = mine;
    const it = mine === 1 ? "it" : "them";
    return say(`${many(mine, "declaration is", "declarations are")} not sent yet. Sign out again to delete ${it} from this phone for good.`);
  }
  form.elements.wipe.value = others ? "" : "storage";
  const body = new URLSearchParams(new FormData(form));
  try {
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  } catch {
    return say("Signing out needs a signal. You are still signed in, and nothing was deleted.");
  }
  await (others ? forget(await vault.owner()) : vault.wipe());
  for (const name of await caches.keys()) await caches.delete(name);
  outbox.said.postMessage("signed out");
  location.replace("/sign-in");
}

async function forget(owner) {
  for (const each of await outbox.own(owner)) await vault.remove("outbox", each.id);
  const drafts = await vault.all("drafts");
  for (const each of drafts) if (each.owner === owner) await vault.remove("drafts", each.name);
  await vault.remove("keys", "owner");
}

document.querySelector("form[action='/sign-out']")?.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  signOut(form).catch(() => form.submit());
});

if (vault.works) begin().catch(() => {});
watchForVersions().catch(() => {});

self.phone = { deliver };
