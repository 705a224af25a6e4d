{
  const NAME = "declarations-register";
  const STORES = ["keys", "drafts", "outbox"];
  const SEALING = { name: "AES-GCM", length: 256 };
  let opening = null;

  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function open() {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => STORES.forEach((each) => request.result.createObjectStore(each));
      request.onerror = () => { opening = null; reject(request.error); };
      request.onsuccess = () => {
        const database = request.result;
        database.onversionchange = () => { database.close(); opening = null; };
        database.onclose = () => { opening = null; };
        resolve(database);
      };
    });
    return opening;
  }

  async function within(store, mode, work) {
    const durability = store === "outbox" ? "strict" : "default"; // saved is saved, also where power fails
    const transaction = (await open()).transaction(store, mode, { durability });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const [given] = await Promise.all([work(transaction.objectStore(store)), done]);
    return given;
  }

  const read = (store, key) => within(store, "readonly", (kept) => settled(kept.get(key)));
  const write = (store, key, value) =>
    within(store, "readwrite", (kept) => settled(kept.put(value, key)));
  const remove = (store, key) => within(store, "readwrite", (kept) => settled(kept.delete(key)));
  const all = (store) => within(store, "readonly", (kept) => settled(kept.getAll()));

  const change = (store, key, become) => within(store, "readwrite", async (kept) => {
    const found = await settled(kept.get(key));
    const becomes = become(found);
    if (becomes !== found) await settled(becomes ? kept.put(becomes, key) : kept.delete(key));
    return becomes;
  });

  const replace = (store, key, other, value) => within(store, "readwrite", async (kept) => {
    if (!await settled(kept.get(key))) return;
    await settled(kept.delete(key));
    await settled(kept.put(value, other));
  });

  async function sealingKey() {
    const kept = await read("keys", "sealing");
    if (kept) return kept;
    const fresh = await crypto.subtle.generateKey(SEALING, false, ["encrypt", "decrypt"]);
    return change("keys", "sealing", (found) => found ?? fresh);
  }

  const bound = (name) => new TextEncoder().encode(name);

  async function sealBytes(name, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: SEALING.name, iv, additionalData: bound(name) };
    return { iv, sealed: await crypto.subtle.encrypt(how, await sealingKey(), bytes) };
  }

  async function unsealBytes(name, { iv, sealed }) {
    const how = { name: SEALING.name, iv, additionalData: bound(name) };
    return crypto.subtle.decrypt(how, await sealingKey(), sealed);
  }

  const seal = (name, words) => sealBytes(name, new TextEncoder().encode(JSON.stringify(words)));
  const unseal = async (name, kept) =>
    JSON.parse(new TextDecoder().decode(await unsealBytes(name, kept)));

  const owner = () => read("keys", "owner");
  const belongsTo = (person) => write("keys", "owner", person);

  async function wipe() {
    if (opening) (await opening).close();
    opening = null;
    await new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = request.onerror = request.onblocked = resolve;
    });
  }

  const works = Boolean(self.indexedDB && self.crypto && crypto.subtle);

  self.vault = {
    works, settled, read, write, remove, all, change, replace, seal, unseal, sealBytes, unsealBytes, owner, belongsTo, wipe,
  };
}
