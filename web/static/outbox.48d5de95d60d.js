{
  const LONGEST_WAIT = 15_000;
  const LONGEST_WAIT_FOR_A_PICTURE = 180_000;
  const LEASE = 6000;
  const FORTNIGHT = 14 * 24 * 3_600_000;
  const { vault } = self;
  const said = new BroadcastChannel("outbox");
  const name = (record) => `outbox/${record.owner}/${record.id}`;
  const nameOfPicture = (owner, id) => `picture/${owner}/${id}`;
  const changed = () => said.postMessage("changed");
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  function moment(now = new Date()) {
    const ahead = -now.getTimezoneOffset();
    const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
    const here = new Date(now.getTime() + ahead * 60_000).toISOString().slice(0, 19);
    return `${here}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
  }

  async function save(owner, id, telling, pictures = []) {
    const record = { id, owner, at: Date.now(), tries: 0, after: 0, state: "waiting", pictures };
    Object.assign(record, await vault.seal(name(record), telling));
    const kept = await vault.change("outbox", id, (found) =>
      !found || (found.owner === owner && !goesOn(found)) ? record : found);
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
    const mine = records.filter((each) => each.owner === owner);
    const pictures = mine.filter((each) => each.state === "declared" || each.state === "unpictured");
    return {
      mine: mine.length - pictures.length, pictures: pictures.length, others: records.length - mine.length,
    };
  }

  const isOld = (record) => Date.now() - record.at > FORTNIGHT;
  const goesOn = (record) => record.state === "waiting" || record.state === "declared";

  const deliver = (how) => alone("outbox", () => sendAll("waiting", declared, how));

  const deliverPictures = (how) => alone("pictures", () => sendAll("declared", pictured, how));

  async function sendAll(state, send, { now = false } = {}) {
    const went = { sent: [], stopped: null };
    const owner = await vault.owner();
    for (const record of owner ? await own(owner) : []) {
      if (record.state !== state || (!now && record.after > Date.now())) continue;
      const telling = await open(record).catch(() => null);
      if (!telling) continue;
      const answer = await send(record, telling);
      await settle(record, answer);
      if (answer.is === "sent" || answer.is === "declared") went.sent.push(record.id);
      if (answer.stops) { went.stopped = answer.stops; break; }
    }
    return went;
  }

  async function declared(record, telling) {
    const path = `/api/declarations/${record.id}`;
    const said = await put(path, record.owner, "application/json", JSON.stringify(telling.body), LONGEST_WAIT);
    const { status, body } = said;
    const isIn = { is: record.pictures?.length ? "declared" : "sent" };
    if (said.stops) return said;
    if (said.ok && body.id !== record.id) return { stops: "unreachable" };
    if (said.ok && body.promise) await addPromise(record.owner, body.promise).catch(() => {});
    if (said.ok) return isIn;
    if (status === 409 && isSame(telling.body, body.current)) return isIn;
    if (status === 409) return { is: "taken", telling };
    if (status === 500) return {};
    return { is: "refused", telling: { ...telling, detail: body.detail, errors: body.errors } };
  }

  async function pictured(record, telling) {
    const refused = [], why = [];
    for (const picture of record.pictures) {
      const path = `/api/declarations/${record.id}/photographs/${picture.id}`;
      const bytes = await vault.unsealBytes(nameOfPicture(record.owner, picture.id), picture).catch(() => null);
      const said = bytes
        ? await put(path, record.owner, "image/jpeg", bytes, LONGEST_WAIT_FOR_A_PICTURE)
        : { body: { detail: "This phone has lost its key." } };
      if (said.stops) return said;
      if (said.status === 500) return {};
      if (said.ok) continue;
      refused.push(picture);
      why.push(said.body.detail);
    }
    if (!refused.length) return { is: "sent" };
    return { is: "unpictured", pictures: refused, telling: { ...telling, detail: why.join(" ") } };
  }

  async function put(path, owner, type, content, longest) {
    let answer, body;
    try {
      answer = await fetch(path, {
        method: "PUT",
        headers: { "Content-Type": type, "Register-Person": owner },
        body: content,
        redirect: "error",
        cache: "no-store",
        signal: after(longest),
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

  function after(milliseconds) {
    const ending = new AbortController();
    setTimeout(() => ending.abort(), milliseconds);
    return ending.signal;
  }

  function isSame(one, other) {
    if (!other?.details) return false;
    if (other.named_as && other.named_as === one.details.subject) other.details.subject = other.named_as;
    const names = new Set([...Object.keys(one.details), ...Object.keys(other.details)]);
    const said = (each) => JSON.stringify([
      each.kind, each.happened_on, each.service_user, each.late_reason ?? null,
      [...names].map((name) => each.details[name] ?? null),
    ]);
    return said(one) === said(other);
  }

  async function settle(record, answer) {
    const becomes = { ...record };
    if (answer.telling) Object.assign(becomes, await vault.seal(name(record), answer.telling));
    if (answer.is) {
      Object.assign(becomes, { state: answer.is, pictures: answer.pictures ?? record.pictures });
    } else if (!["sign-in", "unreachable"].includes(answer.stops)) {
      becomes.tries += 1;
      becomes.after = Date.now() + Math.max(answer.wait ?? 0, backOff(becomes.tries));
    }
    await vault.change("outbox", record.id, (found) => {
      if (found?.at !== record.at) return found;
      return answer.is === "sent" ? undefined : becomes;
    });
    if (record.state === "waiting" && ["sent", "declared"].includes(answer.is)) await addNews(record);
    changed();
  }

  const news = (owner) => `sent/${owner}`;
  const addNews = ({ owner, id }) =>
    vault.change("keys", news(owner), (found) => [...new Set([...(found ?? []), id])]);

  const untold = async (owner) => owner ? await vault.read("keys", news(owner)) ?? [] : [];
  const isTold = (owner, ids) => vault.change("keys", news(owner), (found) => {
    const left = (found ?? []).filter((id) => !ids.includes(id));
    return left.length ? left : undefined;
  });

  const promised = (owner) => `promised/${owner}`;
  const addPromise = (owner, { id, note, key }) => vault.change("keys", promised(owner), (found) =>
    [...(found ?? []), { id, note, key, at: Date.now() }]);

  async function sendAsAnother(record, telling) {
    const other = { ...record, id: crypto.randomUUID(), tries: 0, after: 0, state: "waiting" };
    Object.assign(other, await vault.seal(name(other), telling));
    await vault.replace("outbox", record.id, other.id, other);
    changed();
  }

  const backOff = (tries) => Math.min(1000 * 2 ** tries, 300_000);

  function alone(what, work) {
    return navigator.locks ? navigator.locks.request(what, work) : leased(`lease of ${what}`, work);
  }

  async function leased(lease, work) {
    const me = crypto.randomUUID();
    const take = () => vault.change("keys", lease, (found) => {
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
      await vault.change("keys", lease, (found) => found?.holder === me ? undefined : found);
    }
  }

  self.outbox = {
    nameOfPicture, moment, after, save, open, drop, own, counted, isOld, goesOn, declared, deliver,
    deliverPictures, sendAsAnother, untold, isTold, promised, backOff, said,
  };
}
