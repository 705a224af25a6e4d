// The page of receipts: each is checked here, and against the newest checkpoint when there is a
// signal. Words are in the page's templates, but for what is told of that.
import "{{static:phone.js}}";
import "{{static:receipts.js}}";
import { SpoiltError, UnknownKeyError, checkpoint, contradicted, followed, hasCosigned, hash, isConsistent, namedKey, receipt } from "{{static:proving.js}}";

const { vault, receipts } = self;
const byId = (id) => document.getElementById(id);
const inside = (id) => byId(id).content.firstElementChild.cloneNode(true);
const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });
const TOGETHER = 250;
const TIME_TO_CONFIRM = 3_600_000; // as the register itself lets them have
const BAD = ["broken", "spoilt", "two", "unproved"];

async function acceptedKeys(pin) {
  const found = await Promise.all(pin.named.map((each) => namedKey(each, pin.keys).catch(() => null)));
  return found.filter(Boolean);
}

// `isSure`: the register was asked for its keys, and has proved each.
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

// Null if the register was not reached.
async function asked(path) {
  const answer = await receipts.ask(path);
  if (!answer || answer.status >= 500 || answer.status === 429) return null;
  const said = await answer.json().catch(() => null);
  return answer.ok ? said : said?.code ? { refused: said.code } : null;
}

const proofs = new Map();

// Whether the newest tree begins with this one; null as above.
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

// How much of this witnesses have cosigned, in these checkpoints. Those count that were named first,
// whatever the register says now.
async function confirmed(pin, said, checkpoints, proved) {
  const { witnesses = [], quorum = 0 } = pin.witnesses?.length ? pin : said;
  const cosigned = await Promise.all(checkpoints.map(async ({ note, size }) => {
    const have = await Promise.all(witnesses.map((each) => hasCosigned(note, each).catch(() => false)));
    return { number: have.filter(Boolean).length, size };
  }));
  const enough = cosigned.find(({ number }) => number >= quorum);
  const size = enough?.size ?? 0;
  const open = proved.filter(({ signed }) => signed.size > size);
  const { number } = enough && !open.length ? enough : cosigned[0];
  const isLate = open.some(({ kept }) => Date.now() - kept.at > TIME_TO_CONFIRM);
  const isNamed = witnesses.every((each) => said.witnesses?.includes(each));
  return { witnesses, quorum, number, size, isNamed, isLate, isWhole: !open.length, isAny: proved.length > 0 };
}

// Follow the register to its newest checkpoint.
async function follow(pin, found) {
  const said = await asked("/api/checkpoint");
  if (!said || said.refused) return { reached: false };
  let way, newest, witnessed;
  try {
    way = await followed(pin.keys, said.key, said.successions);
    newest = await checkpoint(said.note, [said.key]);
    witnessed = said.witnessed && await checkpoint(said.witnessed, [said.key]);
  } catch (error) {
    return { reached: true, said, fault: error.message };
  }
  const latest = pin.latest && await checkpoint(pin.latest, way.keys);
  const shown = await Promise.all([latest, witnessed].filter(Boolean).map((each) => isKept(each, newest)));
  if (shown.includes(null)) return { reached: false };
  const isOn = shown.every(Boolean);
  const proved = () => found.filter(({ state }) => state === "proved");
  for (const each of proved()) {
    const isIn = each.kept.linked && isOn ? true : await isKept(each.signed, newest);
    if (isIn === null) return { reached: false };
    if (!isIn) each.state = "unproved";
    else if (each.kept.linked !== newest.size) await receipts.put(each.kept, { linked: newest.size });
  }
  const outside = await confirmed(pin, said, [newest, witnessed].filter(Boolean), proved());
  const { witnesses, quorum } = outside;
  if (isOn) await receipts.pin((now) => ({ ...now, keys: way.keys, latest: said.note, witnesses, quorum }));
  const lost = "The register says itself that it lost entries and went on from a back-up.";
  const fault = isOn ? (way.losesNothing ? null : lost)
    : "The register does not prove that it still has all that it showed this phone, or others, before.";
  return { reached: true, said, newest, fault, outside };
}

// What is shown

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

let painted = null;

// Nothing moves below somebody's finger, or loses the focus, for what has not changed.
function paint(found) {
  const ordered = [...found].sort((one, other) => BAD.includes(other.state) - BAD.includes(one.state));
  const states = ordered.map(({ kept, state }) => kept.id + state).join();
  if (states === painted) return;
  painted = states;
  const focused = document.activeElement?.href;
  byId("kept").replaceChildren(...ordered.map(line));
  [...byId("kept").querySelectorAll("a")].find(({ href }) => href === focused)?.focus();
  byId("nothing").hidden = found.length > 0;
  byId("save").hidden = !found.length;
  byId("hand-on").hidden = !found.some(({ state }) => BAD.includes(state));
}

function tell(words) {
  byId("newest").textContent = words;
}

function tellOf({ reached, fault, newest, outside }) {
  if (!reached) tell("The register cannot be reached now, so this was not compared with what it holds now.");
  else if (fault) {
    byId("fault").hidden = byId("hand-on").hidden = false;
    byId("fault").querySelector("[data-put=fault]").textContent = fault;
  } else {
    tell(`Compared with what the register holds now, ${newest.size} entries.${saidOf(outside)}`);
    if (outside.isLate) warn(outside);
  }
}

function saidOf({ witnesses, number, isAny, isWhole, isLate }) {
  if (!witnesses.length || !isAny) return "";
  const later = isWhole || isLate ? "" : " They confirm what is new within an hour.";
  return ` Organisations outside that have confirmed what is proved here: ${number} of the ${witnesses.length} that this phone knows.${later}`;
}

function warn({ number, quorum, isNamed }) {
  const place = byId("unwitnessed");
  place.querySelector("[data-put=number]").textContent = number;
  place.querySelector("[data-put=quorum]").textContent = quorum;
  byId("renamed").hidden = isNamed;
  place.hidden = false;
}

// For somebody outside.
function save(found, pin, told) {
  const { witnesses, quorum, number, size, isNamed, isLate } = told.outside ?? {};
  const evidence = {
    what: "Receipts of declarations, as docs/proof.md of the register describes them",
    saved_at: new Date().toISOString(),
    pinned: pin,
    register_says: told.said ?? null,
    fault: told.fault ?? null,
    outside: witnesses
      ? { witnesses, quorum, confirmed_by: number, up_to: size, are_named: isNamed, too_few: isLate } : null,
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

// Without asking anybody. `isAsked`: they were, for their keys.
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
  paint(found);
  if (pin && found.length) tellOf(told);
  byId("kept").dataset.checked = "yes";
}

if (vault.works) begin().catch(() => tell("Something went wrong while this was checked. Open this page again."));
else byId("keeps-nothing").hidden = false;
