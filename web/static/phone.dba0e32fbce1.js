import "/static/vault.d042f7561113.js";
import "/static/outbox.48d5de95d60d.js";
import { forgetWork, keepWork, showWork } from "/static/work.01b348733a55.js";

const { vault, outbox } = self;
const person = document.body.dataset.person;
const byId = (id) => document.getElementById(id);
const TIME_TO_READ = 2000;
const TIME_TO_PROVE = 2500;
const RECEIPTS = "/static/receipts.b642bb4e4260.js";
const WEEK = 7 * 24 * 3_600_000;
const many = (count, one, more) => `${count} ${count === 1 ? one : more}`;


async function paint({ stopped = null } = {}) {
  const { mine, pictures, others } = await outbox.counted(await vault.owner());
  const words = [];
  if (mine) {
    words.push(`${many(mine, "declaration is", "declarations are")} saved on this phone and not sent yet.`);
    if (stopped === "sign-in") words.push("Sign in to send: until then it is safe here.");
  }
  if (pictures) {
    words.push(`Photographs of ${many(pictures, "declaration", "declarations")} are on this phone alone; the ${pictures === 1 ? "declaration itself is" : "declarations themselves are"} in the register.`);
  }
  if (others) {
    words.push(`${many(others, "declaration", "declarations")} of somebody else ${others === 1 ? "waits" : "wait"} on this phone.`);
  }
  await paintNews();
  const banner = byId("unsent");
  banner.hidden = !words.length;
  banner.querySelector("p").firstChild.data = `${words.join(" ")} `;
}

async function paintNews() {
  const owner = await vault.owner();
  const untold = await outbox.untold(owner);
  const here = untold.filter((id) => location.pathname.startsWith(`/declarations/${id}`));
  const sent = untold.filter((id) => !here.includes(id));
  if (here.length) await outbox.isTold(owner, here);
  if (!sent.length || document.hidden) return;
  setTimeout(() => document.hidden || outbox.isTold(owner, sent), TIME_TO_READ);
  const banner = byId("sent-since");
  const words = sent.length === 1 ? "Your declaration has been sent." : `${sent.length} declarations have been sent.`;
  banner.querySelector("[data-put=words]").textContent = words;
  banner.querySelector("a").href = sent.length === 1 ? `/declarations/${sent[0]}/sent` : "/mine";
  banner.hidden = false;
}

let next = null;
let latest = {};
let unreached = 0;

async function deliver(how) {
  clearTimeout(next);
  latest = await outbox.deliver(how);
  await paint(latest);
  dispatchEvent(new CustomEvent("register:delivered", { detail: latest }));
  deliverPictures(how).catch(() => {});
  if (latest.sent.length) setTimeout(() => collect().catch(() => {}), TIME_TO_PROVE);
  await tryAgain();
  return latest;
}

async function deliverPictures(how) {
  const went = await outbox.deliverPictures(how);
  if (!went.sent.length && !went.stopped) return;
  latest = { ...went, stopped: latest.stopped ?? went.stopped };
  await paint(latest);
  dispatchEvent(new CustomEvent("register:delivered", { detail: went }));
  await tryAgain();
}

async function tryAgain() {
  clearTimeout(next);
  const waiting = (await outbox.own(await vault.owner())).filter(outbox.goesOn);
  unreached = latest.stopped === "unreachable" ? unreached + 1 : 0;
  if (waiting.length && latest.stopped !== "sign-in") {
    const soonest = Math.min(...waiting.map((each) => each.after)) - Date.now();
    next = setTimeout(() => deliver().catch(() => {}), unreached ? outbox.backOff(unreached) : Math.max(1000, soonest));
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register("outbox").catch(() => {});
  }
}

const deliverNow = () => deliver({ now: true }).catch(() => {});

async function begin() {
  if (person) await vault.belongsTo(person);
  await (person ? keepWork() : showWork());
  await dropOldDrafts();
  await paint();
  outbox.said.addEventListener("message", ({ data }) => {
    if (data === "signed out") location.replace("/sign-in");
    else paint(latest);
  });
  addEventListener("online", deliverNow);
  addEventListener("pageshow", (event) => event.persisted && deliverNow());
  document.addEventListener("visibilitychange", () => document.hidden || deliverNow());
  await deliver();
  await collect();
}

async function receipts() {
  await import(RECEIPTS);
  return self.receipts;
}

async function collect(times = 1) {
  const owner = person && await vault.owner();
  if (!owner || !await vault.read("keys", outbox.promised(owner))) return;
  const { lacking } = await (await receipts()).collect(owner);
  if (lacking && times < 4) setTimeout(() => collect(times + 1).catch(() => {}), TIME_TO_PROVE * times);
}

async function dropOldDrafts() {
  for (const each of await vault.all("drafts")) {
    if (Date.now() - each.at > WEEK) await vault.remove("drafts", each.name);
  }
}


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
  if (!serviceWorker.controller) serviceWorker.ready.then(({ active }) => active.postMessage("claim"));
  offer(found.waiting);
  found.addEventListener("updatefound", () => {
    const worker = found.installing;
    worker.addEventListener("statechange", () => offer(worker));
  });
}


async function signOut(form) {
  const owner = await vault.owner();
  const say = (words) => { byId("signing-out").textContent = words; };
  if (person && owner !== person) return say("Somebody else is signed in on this phone now. Open this page again.");
  const { others } = await outbox.counted(owner);
  const unsent = await whatIsLost(owner);
  if (unsent && form.dataset.warned !== unsent) {
    form.dataset.warned = unsent;
    return say(`${unsent} Sign out again to delete that from this phone for good.`);
  }
  form.elements.wipe.value = others ? "" : "storage";
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (!answer) return say("Signing out needs a signal. You are still signed in, and nothing was deleted.");
  if (answer.type !== "opaqueredirect") return say("Signing out did not work. You are still signed in, and nothing was deleted.");
  await (others ? forget(owner) : Promise.all([vault.wipe(), receipts().then((kept) => kept.wipe())]));
  await navigator.clearAppBadge?.().catch(() => {});
  outbox.said.postMessage("signed out");
  location.replace("/sign-in");
}

async function whatIsLost(owner) {
  const { mine, pictures } = await outbox.counted(owner);
  const begun = (await vault.all("drafts")).filter((each) => each.owner === owner && each.id).length;
  return [
    mine && `${many(mine, "declaration is", "declarations are")} not sent yet.`,
    pictures && `Photographs of ${many(pictures, "declaration", "declarations")} are not in the register.`,
    begun && `${many(begun, "declaration is", "declarations are")} begun and not finished.`,
  ].filter(Boolean).join(" ");
}

async function forget(owner) {
  for (const each of await outbox.own(owner)) await vault.remove("outbox", each.id);
  const drafts = await vault.all("drafts");
  for (const each of drafts) if (each.owner === owner) await vault.remove("drafts", each.name);
  await forgetWork(owner);
  await (await receipts()).forget(owner);
  await vault.remove("keys", outbox.promised(owner));
  await outbox.isTold(owner, await outbox.untold(owner));
  await vault.remove("keys", "owner");
}

document.querySelector("form[action='/sign-out']")?.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  signOut(form).catch(() => form.submit());
});

if (vault.works) begin().catch(() => {});
watchForVersions().catch(() => {});

self.phone = { deliver, dropOldDrafts };
