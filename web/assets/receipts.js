// The receipts of what was declared on this phone, without words, and the register's key as it was
// when the first came. A plain script like the vault.
{
  const PIN = "pin";
  const LONGEST_WAIT = 15_000;
  const { vault, outbox } = self;
  const { settled } = vault;
  const TIME_TO_PROVE = 2500;
  const IS_PROOF = "c2sp.org/tlog-proof@v1\n";
  const { within, change, wipe } = vault.database("declarations-register-receipts", ["receipts", PIN]);

  const name = ({ owner, id }) => `${owner}/${id}`;
  const all = () => within("receipts", "readonly", (kept) => settled(kept.getAll()));
  const own = async (owner) => (await all()).filter((each) => each.owner === owner);
  const pinned = () => within("pin", "readonly", (kept) => settled(kept.get(PIN)));
  const pin = (become) => change("pin", PIN, become);
  const put = (record, more) => change("receipts", name(record), (found) => ({ ...(found ?? record), ...more }));

  // The first promise stays. One that says something else is kept beside it: both convict.
  const keep = (owner, { id, note, key, at }) => change("receipts", `${owner}/${id}`, (found) => {
    if (!found) return { owner, id, at, promise: note, key, others: [], proof: null, linked: null };
    if (found.promise === note || found.others.includes(note)) return found;
    return { ...found, others: [...found.others, note] };
  });

  // Keys and witnesses go with the last receipt.
  async function forget(owner) {
    await within("receipts", "readwrite", (kept) =>
      settled(kept.delete(IDBKeyRange.bound(`${owner}/`, `${owner}0`))));
    if (!(await all()).length) await pin(() => undefined);
  }

  // What the register answers; null if it was not reached.
  async function ask(path, headers = {}) {
    const how = { headers, redirect: "error", cache: "no-store", signal: outbox.after(LONGEST_WAIT) };
    return fetch(path, how).catch(() => null);
  }

  async function asked(path) {
    const answer = await ask(path);
    return answer?.ok ? answer.json().catch(() => null) : null;
  }

  // The first key that is seen is believed from then on; whatever follows, it has signed. Gives
  // whether the register told its keys.
  async function learn(kept, isUnknown) {
    const known = await pinned();
    const isNamed = ({ key }) => known.named.some((each) => each.key === key);
    // A proof to come may hold another key's promise.
    if (!isUnknown && known?.named.every(({ proof }) => proof) && kept.every((each) => each.proof && isNamed(each))) return false;
    const [checkpoint, keys] = await Promise.all([asked("/api/checkpoint"), asked("/api/proofs/promise-keys")]);
    if (!checkpoint?.key || !keys?.items) return false;
    const { origin, key, witnesses, quorum } = checkpoint;
    const first = { origin, keys: [key], latest: null, named: [], witnesses, quorum };
    await pin((found = first) => {
      const proved = found.named.filter((each) => each.proof);
      const have = proved.map((each) => each.key);
      return { ...found, named: [...proved, ...keys.items.filter((each) => !have.includes(each.key))] };
    });
    return true;
  }

  async function takeUp(owner) {
    for (const each of await vault.read("keys", outbox.promised(owner)) ?? []) await keep(owner, each);
  }

  // What has its proof waits no longer.
  async function letGo(owner) {
    const proved = new Set((await own(owner)).filter((each) => each.proof).map((each) => each.id));
    await vault.change("keys", outbox.promised(owner), (found) => {
      const left = (found ?? []).filter((each) => !proved.has(each.id));
      return left.length ? left : undefined;
    });
  }

  // Fetch the proofs that are lacking; gives how many still are, and whether keys were told.
  // `isUnknown`: a key is in use that this phone does not know.
  async function collect(owner, isUnknown = false) {
    if (!owner) return { lacking: 0, isTold: false };
    await takeUp(owner);
    const kept = await own(owner);
    const isTold = kept.length > 0 && await learn(kept, isUnknown);
    let lacking = kept.filter((each) => !each.proof).length;
    const isTime = ({ at }) => Math.abs(Date.now() - at) > TIME_TO_PROVE; // it is not there before
    for (const each of kept.filter((one) => !one.proof && isTime(one))) {
      const answer = await ask(`/api/declarations/${each.id}/receipt`, { "Register-Person": owner });
      if (answer?.status === 404) continue;
      const proof = answer?.ok ? await answer.text().catch(() => "") : "";
      if (!proof.startsWith(IS_PROOF)) break;
      await put(each, { proof });
      lacking -= 1;
    }
    await letGo(owner);
    return { lacking, isTold };
  }

  self.receipts = { own, pinned, pin, put, takeUp, forget, wipe, ask, collect };
}
