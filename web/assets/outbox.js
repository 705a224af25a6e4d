// Declarations that are saved on this phone and not yet in the register, and how they are sent.
// A plain script like the vault, which it needs.
{
  const LONGEST_WAIT = 15_000;
  const LEASE = 6000;
  const FORTNIGHT = 14 * 24 * 3_600_000;
  const { vault } = self;
  const said = new BroadcastChannel("outbox");
  const name = (record) => `outbox/${record.owner}/${record.id}`;
  const nameOfPicture = (owner, id) => `picture/${owner}/${id}`;
  const changed = () => said.postMessage("changed");
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // A moment as the register reads it: this phone's clock, with its offset.
  function moment(now = new Date()) {
    const ahead = -now.getTimezoneOffset();
    const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
    const here = new Date(now.getTime() + ahead * 60_000).toISOString().slice(0, 19);
    return `${here}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
  }

  // Keep a declaration until the register has it; gives the id that it goes by. An id that waits
  // already is another declaration's, unless it says the same or came back to be put right.
  // Its pictures are sealed already. Rejects, and keeps nothing, when this phone has no room.
  async function save(owner, id, telling, pictures = []) {
    const record = { id, owner, at: Date.now(), tries: 0, after: 0, state: "waiting", pictures };
    Object.assign(record, await vault.seal(name(record), telling));
    const kept = await vault.change("outbox", id, (found) =>
      !found || (found.owner === owner && found.state !== "waiting") ? record : found);
    if (kept !== record) {
      const waiting = kept.owner === owner && await open(kept);
      if (waiting && isSame(telling.body, waiting.body)) return id;
      return save(owner, crypto.randomUUID(), telling, pictures);
    }
    navigator.storage?.persist?.();
    changed();
    return id;
  }

  const open = (record) => vault.unseal(name(record), record);
  const drop = async (id) => { await vault.remove("outbox", id); changed(); };

  async function own(owner) {
    const records = await vault.all("outbox");
    return records.filter((each) => each.owner === owner).sort((one, other) => one.at - other.at);
  }

  async function counted(owner) {
    const records = await vault.all("outbox");
    const mine = records.filter((each) => each.owner === owner && each.state !== "unpictured");
    return { mine: mine.length, others: records.filter((each) => each.owner !== owner).length };
  }

  const isOld = (record) => Date.now() - record.at > FORTNIGHT;

  // Send what waits; `now` also what was to be tried again only later. Gives the ids that went,
  // and what stopped it: "sign-in", "unreachable" or "busy".
  const deliver = ({ now = false } = {}) => alone(async () => {
    const owner = await vault.owner();
    const went = { sent: [], stopped: null };
    if (!owner) return went;
    for (const record of await own(owner)) {
      if (record.state !== "waiting" || (!now && record.after > Date.now())) continue;
      const telling = await open(record).catch(() => null);
      if (!telling) continue;
      const answer = await sent(record, telling);
      await settle(record, answer, went);
      if (answer.stops) { went.stopped = answer.stops; break; }
    }
    return went;
  });

  // What the register said to one of them: the declaration first, then its pictures. What it has
  // already it takes once more as the same.
  async function sent(record, telling) {
    const answer = await declared(record, telling);
    for (const picture of answer.is === "sent" ? record.pictures : []) {
      const refusal = await pictured(record, telling, picture);
      if (refusal) return refusal;
    }
    return answer;
  }

  async function declared(record, telling) {
    const path = `/api/declarations/${record.id}`;
    const said = await put(path, record.owner, "application/json", JSON.stringify(telling.body));
    const { status, body } = said;
    if (said.stops) return said;
    if (said.ok) return body.id === record.id ? { is: "sent" } : { stops: "unreachable" };
    if (status === 409 && isSame(telling.body, body.current)) return { is: "sent" };
    if (status === 409) return { is: "taken", telling };
    if (status === 500) return {};
    return { is: "refused", telling: { ...telling, detail: body.detail, errors: body.errors } };
  }

  // Nothing, once the register has the picture.
  async function pictured(record, telling, picture) {
    const bytes = await vault.unsealBytes(nameOfPicture(record.owner, picture.id), picture);
    const path = `/api/declarations/${record.id}/photographs/${picture.id}`;
    const said = await put(path, record.owner, "image/jpeg", bytes);
    if (said.stops) return said;
    if (said.ok) return null;
    return said.status === 500 ? {} : { is: "unpictured", telling: { ...telling, detail: said.body.detail } };
  }

  // What the register answers, or what stops everything: "sign-in", "unreachable" or "busy".
  async function put(path, owner, type, content) {
    let answer, body;
    try {
      answer = await fetch(path, {
        method: "PUT",
        headers: { "Content-Type": type, "Register-Person": owner },
        body: content,
        redirect: "error",
        cache: "no-store",
        signal: AbortSignal.timeout(LONGEST_WAIT),
      });
      body = await answer.json();
    } catch {
      return { stops: answer?.status >= 500 ? "busy" : "unreachable" };
    }
    if (answer.status === 401) return { stops: "sign-in" };
    if (answer.status === 429 || answer.status > 500) {
      return { stops: "busy", wait: 1000 * Number(answer.headers.get("Retry-After") ?? 0) };
    }
    return { ok: answer.ok, status: answer.status, body };
  }

  // Whether two say the same, whenever they were written down.
  function isSame(one, other) {
    if (!other?.details) return false;
    const names = new Set([...Object.keys(one.details), ...Object.keys(other.details)]);
    const said = (each) => JSON.stringify([
      each.kind, each.happened_on, each.service_user, each.late_reason ?? null,
      [...names].map((name) => each.details[name] ?? null),
    ]);
    return said(one) === said(other);
  }

  // What was changed in the meantime stays as it is.
  async function settle(record, answer, went) {
    const becomes = { ...record };
    if (answer.is === "sent") went.sent.push(record.id);
    else if (answer.is) {
      Object.assign(becomes, await vault.seal(name(record), answer.telling), { state: answer.is });
    } else if (!["sign-in", "unreachable"].includes(answer.stops)) {
      becomes.tries += 1;
      becomes.after = Date.now() + Math.max(answer.wait ?? 0, backOff(becomes.tries));
    }
    await vault.change("outbox", record.id, (found) => {
      if (found?.at !== record.at) return found;
      return answer.is === "sent" ? undefined : becomes;
    });
    changed();
  }

  // Longer from time to time, up to five minutes.
  const backOff = (tries) => Math.min(1000 * 2 ** tries, 300_000);

  // One sender at a time, whichever tab or worker it is in.
  function alone(work) {
    return navigator.locks ? navigator.locks.request("outbox", work) : leased(work);
  }

  async function leased(work) {
    const me = crypto.randomUUID();
    const take = () => vault.change("keys", "lease", (found) => {
      const left = (found?.until ?? 0) - Date.now();
      const isFree = found?.holder === me || left < 0 || left > LEASE;
      return isFree ? { holder: me, until: Date.now() + LEASE } : found;
    });
    while ((await take()).holder !== me) await pause(50);
    const renewing = setInterval(take, LEASE / 3);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
      await vault.change("keys", "lease", (found) => found?.holder === me ? undefined : found);
    }
  }

  self.outbox = { nameOfPicture, moment, save, sent, open, drop, own, counted, isOld, deliver, backOff, said };
}
