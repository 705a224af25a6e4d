const HASH = 32;
const ID = 4;
const SECONDS = 8;
const LATEST = 1n << 63n;
const ED25519 = 1;
const COSIGNS = 4;
const LIBRARY = "/static/ed25519.a4f631d1876b.js";
const LONGEST_WITHOUT_REST = 50;
const PROMISE = "declarations-register/promise/v1";
const SUCCESSION = "declarations-register/succession/v1";
const PROOF = "c2sp.org/tlog-proof@v1";
const NAMES_KEY = "promise-key-named";
const utf8 = new TextEncoder();

export class SpoiltError extends Error {}

export class UnknownKeyError extends SpoiltError {}

function check(holds, words) {
  if (!holds) throw new SpoiltError(words);
}


const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);
const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

function base64(text) {
  let raw = null;
  try {
    raw = atob(text);
  } catch { /* it is none */ }
  check(raw !== null && btoa(raw) === text, "It is not in base64.");
  const bytes = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) bytes[place] = raw.charCodeAt(place);
  return bytes;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, each) => length + each.length, 0));
  let place = 0;
  for (const each of parts) {
    whole.set(each, place);
    place += each.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

function hash(text) {
  const bytes = base64(text);
  check(bytes.length === HASH, "A hash has 32 bytes.");
  return bytes;
}

function number(text) {
  check(/^(0|[1-9][0-9]{0,15})$/.test(text ?? "") && Number.isSafeInteger(Number(text)), "It is not a size.");
  return Number(text);
}


const leafHash = (data) => sha256([0], data);
const nodeHash = (left, right) => sha256([1], left, right);
const half = (one) => Math.floor(one / 2);

async function isIncluded(leaf, index, size, proof, root) {
  if (!(index >= 0 && index < size)) return false;
  let [place, last, above] = [index, size - 1, leaf];
  for (const each of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      above = await nodeHash(each, above);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      above = await nodeHash(above, each);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && same(above, root);
}

export async function isConsistent(older, newer, proof) {
  if (!(older.size > 0 && older.size <= newer.size)) return false;
  if (older.size === newer.size) return !proof.length && same(older.root, newer.root);
  let hashes = proof;
  let [place, last] = [older.size - 1, newer.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  if (place === 0) hashes = [older.root, ...proof]; // the older tree is a node of the newer
  if (!hashes.length) return false;
  let [was, is] = [hashes[0], hashes[0]];
  for (const each of hashes.slice(1)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [was, is] = [await nodeHash(each, was), await nodeHash(each, is)];
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      is = await nodeHash(is, each);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && same(was, older.root) && same(is, newer.root);
}


const keys = new Map();

let rested = 0;
async function rest() {
  if (performance.now() - rested < LONGEST_WITHOUT_REST) return;
  await new Promise((go) => setTimeout(go));
  rested = performance.now();
}

async function verifying(raw) {
  const native = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]).catch(() => null);
  if (native) return (signature, message) => crypto.subtle.verify("Ed25519", native, signature, message);
  const { verifyAsync } = await import(LIBRARY);
  return async (signature, message) => {
    await rest();
    return verifyAsync(signature, message, raw, { zip215: false }).catch(() => false);
  };
}

const cosigning = (verify) => async (made, message) => {
  if (made.length <= SECONDS) return false;
  const seconds = new DataView(made.buffer, made.byteOffset).getBigUint64(0);
  if (seconds === 0n || seconds >= LATEST) return false;
  return verify(made.slice(SECONDS), joined(utf8.encode(`cosignature/v1\ntime ${seconds}\n`), message));
};

async function readKey(text) {
  const [name, id, ...rest] = text.split("+");
  const bytes = base64(rest.join("+"));
  const cosigns = bytes[0] === COSIGNS;
  check(name && bytes.length === 1 + HASH && (cosigns || bytes[0] === ED25519), "It is not a key.");
  const named = await sha256(utf8.encode(`${name}\n`), bytes);
  check(hex(named.slice(0, ID)) === id, "The id of the key does not fit it.");
  const verify = await verifying(bytes.slice(1));
  return { name, id, cosigns, verify: cosigns ? cosigning(verify) : verify };
}

function keyOf(text) {
  if (!keys.has(text)) keys.set(text, readKey(text));
  return keys.get(text);
}

function readNote(whole) {
  const end = whole.lastIndexOf("\n\n");
  check(end >= 0 && whole.endsWith("\n"), "It is not a signed note.");
  const lines = whole.slice(end + 2, -1).split("\n");
  const signatures = lines.map((line) => {
    const [dash, name, made, ...more] = line.split(" ");
    check(dash === "—" && name && made && !more.length, "It is not a signature.");
    const bytes = base64(made);
    return { name, id: hex(bytes.slice(0, ID)), made: bytes.slice(ID) };
  });
  return { text: whole.slice(0, end + 1), signatures };
}

async function hasSigned(key, { text, signatures }) {
  const its = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  for (const { made } of its) check(await key.verify(made, utf8.encode(text)), "A signature is not right.");
  return its.length > 0;
}

const opened = new Map();

function open(whole, known) {
  const name = `${known.join("\n")}\n\n${whole}`;
  if (!opened.has(name)) opened.set(name, verified(whole, known));
  return opened.get(name);
}

async function verified(whole, known) {
  const note = readNote(whole);
  let signer = null;
  for (const key of await Promise.all(known.map(keyOf))) {
    if (await hasSigned(key, note) && !key.cosigns) signer ??= key;
  }
  if (!signer) throw new UnknownKeyError("It is not signed by the register's key.");
  return { lines: note.text.slice(0, -1).split("\n"), signer };
}

export async function hasCosigned(note, witness) {
  const key = await keyOf(witness);
  check(key.cosigns, "It is not the key of a witness.");
  return hasSigned(key, readNote(note));
}

export async function checkpoint(note, known) {
  const { lines: [origin, size, root, ...more], signer } = await open(note, known);
  check(origin === signer.name && more.every(Boolean), "It is the checkpoint of another log.");
  return { origin, size: number(size), root: hash(root ?? ""), note };
}


export async function promised(note, known) {
  const { lines } = await open(note, known);
  const [first, origin, id, digest, received, due] = lines;
  check(first === PROMISE && lines.length === 6, "It is not a promise.");
  const moments = [received, due].map((each) => Date.parse(each));
  check(moments.every((each) => !Number.isNaN(each)), "A moment cannot be read.");
  return { origin, id, digest: hash(digest), received: moments[0], due: moments[1] };
}

function readProof(file) {
  const end = file.indexOf("\n\n");
  const lines = file.slice(0, Math.max(0, end)).split("\n");
  check(lines.shift() === PROOF, "It is not a proof.");
  const extra = lines[0]?.startsWith("extra ") ? base64(lines.shift().slice(6)) : null;
  const index = /^index (.*)$/.exec(lines.shift() ?? "");
  check(index && lines.length <= 63, "It is not a proof.");
  return {
    extra: extra && new TextDecoder().decode(extra),
    index: number(index[1]),
    hashes: lines.map(hash),
    note: file.slice(end + 2),
  };
}

async function proved(file, digest, known) {
  const { index, hashes, note, extra } = readProof(file);
  const signed = await checkpoint(note, known);
  const isThere = await isIncluded(await leafHash(digest), index, signed.size, hashes, signed.root);
  check(isThere, "The entry is not in the tree that was signed.");
  return { index, signed, extra };
}

export async function namedKey({ key, entry, proof }, known) {
  check(proof, "It is not proved yet.");
  const bytes = base64(entry);
  const [, , , , , topic, state] = parts(bytes);
  const { key: named } = JSON.parse(new TextDecoder().decode(state));
  check(new TextDecoder().decode(topic) === NAMES_KEY && named === key, "The entry names another key.");
  await proved(proof, await sha256(bytes), known);
  return key;
}

function parts(bytes) {
  const view = new DataView(bytes.buffer);
  const found = [];
  for (let place = 0; place < bytes.length;) {
    check(place + 4 <= bytes.length, "It is not an entry.");
    const end = place + 4 + view.getUint32(place);
    check(end <= bytes.length, "It is not an entry.");
    found.push(bytes.slice(place + 4, end));
    place = end;
  }
  check(found.length === 7, "It is not an entry.");
  return found;
}

export async function receipt(kept, known, named) {
  const promise = await promised(kept.promise, named);
  check(promise.id === kept.id, "It is of another declaration.");
  if (!kept.proof) return { promise, signed: null };
  const { signed, extra } = await proved(kept.proof, promise.digest, known);
  if (extra !== null && extra !== kept.promise) {
    const other = await promised(extra, named);
    check(other.id === promise.id && same(other.digest, promise.digest), "It holds another promise.");
  }
  return { promise, signed };
}

export async function contradicted(kept, named) {
  const first = await promised(kept.promise, named);
  for (const note of kept.others ?? []) {
    const other = await promised(note, named).catch(() => null);
    if (other && other.id === first.id && !same(other.digest, first.digest)) return true;
  }
  return false;
}

export async function followed(known, newest, notes) {
  const found = [...known];
  let losesNothing = true;
  while (found.at(-1) !== newest) {
    const last = found.at(-1);
    const opened = await Promise.all(notes.map((note) => open(note, [last]).catch(() => null)));
    const next = opened.find((each) => each?.lines[0] === SUCCESSION && each.lines[1] === last);
    check(next && next.lines.length === 5 && !found.includes(next.lines[3]),
      "Another key signs the register now, and the one that this phone knows has not named it.");
    losesNothing &&= next.lines[2] === next.lines[4];
    found.push(next.lines[3]);
  }
  return { keys: found, losesNothing };
}

export { base64, hash, isIncluded, joined, leafHash, same, sha256 };
