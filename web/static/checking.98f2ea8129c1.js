import "/static/phone.3a6ea4517a42.js";
import "/static/receipts.b642bb4e4260.js";
import { SpoiltError, UnknownKeyError, checkpoint, contradicted, followed, hasCosigned, hash, isConsistent, namedKey, receipt } from "/static/proving.57b7b40fc553.js";

const { vault, receipts } = self;
const byId = (id) => document.getElementById(id);
const inside = (id) => byId(id).content.firstElementChild.cloneNode(true);
const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });
const TOGETHER = 250;
const TIME_TO_COSIGN = 2000;
const TIMES_ASKED = 3;
const BAD = ["broken", "spoilt", "two", "unproved"];

async function acceptedKeys(pin) {
  const found = await Promise.all(pin.named.map((each) => namedKey(each, pin.keys).catch(() => null)));
  return found.filter(Boolean);
}

async function checked(kept, pin, named, isSure) {
  try {
    if (kept.others.length && await contradicted(kept, named)) return { kept, state: "two" };
    const { promise, signed } = await receipt(kept, pin.keys, named);
    const state = signed ? "proved" : promise.due < Date.now() ? "broken" : "promised";
    return { kept, state, promise, signed };
  } catch (error) {
    if (!(error instanceof SpoiltError)) throw error;
    if (error instanceof UnknownKeyError && !isSure) return { kept, state: "unseen" };
    return { kept, state: "spoilt", why: error.message };
  }
}

async function checkAll(all, pin, isAsked) {
  const progress = byId("progress");
  Object.assign(progress, { max: all.length, value: 0 });
  byId("checking").hidden = false;
  const named = await acceptedKeys(pin);
  const isSure = isAsked && pin.named.every(({ proof }) => proof);
  const found = [];
  for (let first = 0; first < all.length; first += TOGETHER) {
    const some = all.slice(first, first + TOGETHER);
    const one = async (each) => {
      const was = await checked(each, pin, named, isSure);
      progress.value += 1;
      return was;
    };
    found.push(...await Promise.all(some.map(one)));
  }
  byId("checking").hidden = true;
  return found;
}

async function asked(path) {
  const answer = await receipts.ask(path);
  if (!answer || answer.status >= 500 || answer.status === 429) return null;
  const said = await answer.json().catch(() => null);
  return answer.ok ? said : said?.code ? { refused: said.code } : null;
}

const proofs = new Map();

function isKept(older, newest) {
  const name = `${older.size} ${older.root} ${newest.size} ${newest.root}`;
  if (!proofs.has(name)) proofs.set(name, compared(older, newest));
  return proofs.get(name);
}

async function compared(older, newest) {
  if (older.size > newest.size) return false;
  if (older.size === newest.size) return isConsistent(older, newest, []);
  const said = await asked(`/api/proofs/consistency?old=${older.size}&new=${newest.size}`);
  if (!said) return null;
  if (said.refused) return false;
  try {
    return await isConsistent(older, newest, said.hashes.map(hash));
  } catch {
    return false;
  }
}

async function cosigned(pin, said) {
  const { witnesses = [], quorum = 0 } = pin.witnesses?.length ? pin : said;
  const have = await Promise.all(witnesses.map((each) => hasCosigned(said.note, each).catch(() => false)));
  const isNamed = witnesses.every((each) => said.witnesses?.includes(each));
  return { witnesses, quorum, number: have.filter(Boolean).length, isNamed };
}

async function follow(pin, found) {
  const said = await asked("/api/checkpoint");
  if (!said || said.refused) return { reached: false };
  let way, newest;
  try {
    way = await followed(pin.keys, said.key, said.successions);
    newest = await checkpoint(said.note, [said.key]);
  } catch (error) {
    return { reached: true, said, fault: error.message };
  }
  const latest = pin.latest && await checkpoint(pin.latest, way.keys);
  const isOn = latest ? await isKept(latest, newest) : true;
  if (isOn === null) return { reached: false };
  for (const each of found.filter(({ state }) => state === "proved")) {
    const isIn = each.kept.linked && isOn ? true : await isKept(each.signed, newest);
    if (isIn === null) return { reached: false };
    if (!isIn) each.state = "unproved";
    else if (each.kept.linked !== newest.size) await receipts.put(each.kept, { linked: newest.size });
  }
  const outside = await cosigned(pin, said);
  const { witnesses, quorum } = outside;
  if (isOn) await receipts.pin((now) => ({ ...now, keys: way.keys, latest: said.note, witnesses, quorum }));
  const lost = "The register says itself that it lost entries and went on from a back-up.";
  const fault = isOn ? (way.losesNothing ? null : lost)
    : "The register does not prove that it still has all that it showed this phone before.";
  return { reached: true, said, newest, fault, outside };
}

const isTooFew = ({ fault, outside }) => !fault && outside && outside.number < outside.quorum;


function line({ kept, state, promise, why }) {
  const shown = inside(state);
  const put = (name, words) => shown.querySelectorAll(`[data-put=${name}]`).forEach((each) => { each.textContent = words; });
  put("reference", kept.id.slice(0, 8));
  put("received", promise ? when.format(promise.received) : "");
  put("due", promise ? when.format(promise.due) : "");
  put("why", why ?? "");
  const see = shown.querySelector("a");
  if (see) see.href = `/declarations/${kept.id}`;
  return shown;
}

function paint(found) {
  const ordered = [...found].sort((one, other) => BAD.includes(other.state) - BAD.includes(one.state));
  byId("kept").replaceChildren(...ordered.map(line));
  byId("nothing").hidden = found.length > 0;
  byId("save").hidden = !found.length;
  byId("hand-on").hidden = !found.some(({ state }) => BAD.includes(state));
}

function tell(words) {
  byId("newest").textContent = words;
}

function tellOf({ reached, fault, newest, outside }) {
  if (fault) {
    byId("fault").hidden = byId("hand-on").hidden = false;
    byId("fault").querySelector("[data-put=fault]").textContent = fault;
  }
  if (!reached) return tell("The register cannot be reached now, so this was not compared with its newest checkpoint.");
  if (fault) return tell("");
  const by = outside.witnesses.length ? ` Witnesses outside who cosigned it: ${outside.number} of the ${outside.witnesses.length} that this phone knows.` : "";
  return tell(`Compared with the register’s newest checkpoint, of ${newest.size} entries.${by}`);
}

function warn({ outside: { number, quorum, isNamed } }) {
  const place = byId("unwitnessed");
  place.querySelector("[data-put=number]").textContent = number;
  place.querySelector("[data-put=quorum]").textContent = quorum;
  byId("renamed").hidden = isNamed;
  place.hidden = false;
}

function save(found, pin, told) {
  const evidence = {
    what: "Receipts of declarations, as docs/proof.md of the register describes them",
    saved_at: new Date().toISOString(),
    pinned: pin,
    register_says: told.said ?? null,
    fault: told.fault ?? null,
    receipts: found.map(({ kept, state, why }) => ({
      id: kept.id, state, why: why ?? null, promise: kept.promise, promise_key: kept.key,
      other_promises: kept.others, proof: kept.proof,
    })),
  };
  const file = new Blob([JSON.stringify(evidence, null, 1)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "receipts.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function look(owner, isAsked = false) {
  if (owner) await receipts.takeUp(owner);
  const began = performance.now();
  const all = owner ? await receipts.own(owner) : [];
  const pin = await receipts.pinned();
  const found = pin ? await checkAll(all, pin, isAsked) : all.map((kept) => ({ kept, state: "unseen" }));
  paint(found);
  performance.measure("receipts checked", { start: began });
  return { pin, found };
}

async function begin() {
  const owner = await vault.owner();
  let { pin, found } = await look(owner);
  let told = {};
  byId("save").onclick = () => save(found, pin ?? null, told);
  const isUnknown = () => found.some(({ state }) => state === "unseen");
  async function ask() {
    const before = found.filter(({ kept }) => !kept.proof).length;
    const { lacking, isTold } = await receipts.collect(owner, isUnknown()).catch(() => ({}));
    if (isTold || lacking < before) ({ pin, found } = await look(owner, isTold && told.reached));
    if (pin && found.length) told = await follow(pin, found);
  }
  await ask();
  if (told.reached && isUnknown()) await ask(); // now that the log's own keys are known
  if (!pin || !found.length) return done();
  for (let times = 1; ; times += 1) {
    paint(found);
    tellOf(told);
    done();
    if (!isTooFew(told) || times === TIMES_ASKED) break;
    await new Promise((go) => setTimeout(go, TIME_TO_COSIGN)); // witnesses sign soon after the register
    const again = await follow(await receipts.pinned(), found);
    if (!again.reached) break;
    told = again;
  }
  if (isTooFew(told)) warn(told);
}

const done = () => { byId("kept").dataset.checked = "yes"; };

if (vault.works) begin().catch(() => tell("Something went wrong while this was checked. Open this page again."));
else byId("keeps-nothing").hidden = false;
