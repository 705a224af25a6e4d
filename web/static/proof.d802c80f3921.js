import { SpoiltError, base64, checkpoint, hasCosigned, hash, isIncluded, joined, leafHash, same, sha256 } from "/static/proving.57b7b40fc553.js";

const FORM = "declarations-register/entry/v1";
const text = (said) => new TextEncoder().encode(said);
const fromHex = (said) => Uint8Array.from(said.match(/../g), (each) => parseInt(each, 16));

function number(value, bytes) {
  let left = BigInt(value);
  const found = new Uint8Array(bytes);
  for (let at = bytes - 1; at >= 0; at -= 1) {
    found[at] = Number(left & 255n);
    left >>= 8n;
  }
  return found;
}

async function leafOf(entry) {
  const parts = [
    text(FORM), number(entry.position, 8), fromHex(entry.stream), number(entry.version, 8),
    number(entry.at, 8), text(entry.topic), base64(entry.state),
  ];
  return leafHash(await sha256(...parts.flatMap((each) => [number(each.length, 4), each])));
}

const holds = (asked) => asked.catch((error) => (error instanceof SpoiltError ? false : null));

async function leads(leaf, { index, size, hashes, note }) {
  const [, signedSize, root] = note.split("\n");
  return Number(signedSize) === size && isIncluded(leaf, index, size, hashes.map(hash), hash(root ?? ""));
}

async function checked(proof) {
  const found = [], leaf = hash(proof.leaf), { note, keys: [log, ...witnesses] } = proof;
  if (proof.entry) found.push(["What is stored has this digest", same(await leafOf(proof.entry), leaf)]);
  found.push(["The steps lead to the root of the checkpoint", await holds(leads(leaf, proof))]);
  const isSigned = checkpoint(note, [log]).then(() => true);
  found.push([`The log signed it: ${log.split("+")[0]}`, await holds(isSigned)]);
  for (const [name, key] of witnesses.map((each) => [each.split("+")[0], each])) {
    if (!note.includes(`\n— ${name} `)) continue;
    found.push([`A witness cosigned it: ${name}`, await holds(hasCosigned(note, key))]);
  }
  return found;
}

const WORDS = new Map([[true, "Right."], [false, "Wrong."], [null, "This browser could not check it."]]);
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
