const FORM = "declarations-register/entry/v1", LOG = 1, WITNESS = 4;
const text = (said) => new TextEncoder().encode(said);
const fromBase64 = (said) => Uint8Array.from(atob(said), (each) => each.charCodeAt(0));
const fromHex = (said) => Uint8Array.from(said.match(/../g), (each) => parseInt(each, 16));
const isSame = (one, other) => one.length === other.length && one.every((each, place) => each === other[place]);
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const above = (left, right) => sha256([1], left, right);

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, each) => length + each.length, 0));
  parts.reduce((at, each) => { whole.set(each, at); return at + each.length; }, 0);
  return whole;
}

function number(value, bytes) {
  let left = BigInt(value);
  const found = new Uint8Array(bytes);
  for (let at = bytes - 1; at >= 0; at -= 1) {
    found[at] = Number(left & 255n);
    left >>= 8n;
  }
  return found;
}

export async function leafOf(entry) {
  const parts = [
    text(FORM), number(entry.position, 8), fromHex(entry.stream), number(entry.version, 8),
    number(entry.at, 8), text(entry.topic), fromBase64(entry.state),
  ];
  const whole = joined(...parts.flatMap((each) => [number(each.length, 4), each]));
  return sha256([0], await sha256(whole));
}

export async function rootFrom(leaf, index, size, hashes) {
  let at = index, last = size - 1, found = leaf;
  for (const each of hashes) {
    if (last === 0) return null;
    if (at % 2 || at === last) {
      found = await above(each, found);
      while (at && at % 2 === 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      found = await above(found, each);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? found : null;
}

export function readNote(note) {
  const end = note.lastIndexOf("\n\n");
  const signatures = note.slice(end + 2).trimEnd().split("\n").map((line) => {
    const [, name, encoded] = line.split(" ");
    const raw = fromBase64(encoded);
    return { name, id: raw.slice(0, 4), value: raw.slice(4) };
  });
  return { said: note.slice(0, end + 1), signatures };
}

export function readKey(said) {
  const [name, id] = said.split("+", 2), raw = fromBase64(said.slice(name.length + id.length + 2));
  return { name, id: fromHex(id), kind: raw[0], raw: raw.slice(1) };
}

export async function hasSigned(key, { said, signatures }) {
  const its = signatures.find((each) => each.name === key.name && isSame(each.id, key.id));
  if (!its) return false;
  let { value } = its, message = text(said);
  if (key.kind === WITNESS) {
    const seconds = new DataView(value.buffer, value.byteOffset).getBigUint64(0);
    [value, message] = [value.slice(8), text(`cosignature/v1\ntime ${seconds}\n${said}`)];
  }
  try {
    const known = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, value, message);
  } catch (error) {
    if (error.name === "NotSupportedError") return null;
    return false;
  }
}

export async function checked(proof) {
  const found = [], leaf = fromBase64(proof.leaf), note = readNote(proof.note);
  if (proof.entry) found.push(["What is stored has this digest", isSame(await leafOf(proof.entry), leaf)]);
  const root = await rootFrom(leaf, proof.index, proof.size, proof.hashes.map(fromBase64));
  const [origin, size, signed] = note.said.split("\n");
  const leads = root !== null && Number(size) === proof.size && isSame(root, fromBase64(signed));
  found.push(["The steps lead to the root of the checkpoint", leads]);
  for (const key of proof.keys.map(readKey)) {
    const is = await hasSigned(key, note);
    if (key.kind === LOG) found.push([`The log signed it: ${key.name}`, is && (key.name === origin)]);
    else if (note.signatures.some((each) => each.name === key.name)) found.push([`A witness cosigned it: ${key.name}`, is]);
  }
  return found;
}

const WORDS = new Map([[true, "Right."], [false, "Wrong."], [null, "This browser cannot check signatures."]]);
const place = document.getElementById("check-proof");

if (place && globalThis.crypto?.subtle) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    const says = place.querySelector("[role=status]"), list = document.createElement("ul");
    list.className = "govuk-list";
    let found = [["It can be read", false]];
    try {
      found = await checked(JSON.parse(place.dataset.proof));
    } catch { /* what cannot be read is wrong */ }
    for (const [what, is] of found) {
      const line = document.createElement("li");
      line.textContent = `${what}. ${WORDS.get(is)}`;
      line.className = is === false ? "app-proof__wrong" : "";
      list.append(line);
    }
    says.replaceChildren(list);
  });
}
