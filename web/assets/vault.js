// What this phone keeps: in IndexedDB, each piece sealed under a key that no script can read out.
// A plain script: pages import it, and the service worker takes it in as it is.
{
  const SEALING = { name: "AES-GCM", length: 256 };

  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // A database of this phone's. Not a function by name: in a plain script that would be everybody's.
  const database = (name, stores) => {
    let opening = null;

    function open() {
      opening ??= new Promise((resolve, reject) => {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => stores.forEach((each) => request.result.createObjectStore(each));
        request.onerror = () => { opening = null; reject(request.error); };
        request.onsuccess = () => {
          const opened = request.result;
          opened.onversionchange = () => { opened.close(); opening = null; };
          opened.onclose = () => { opening = null; };
          resolve(opened);
        };
      });
      return opening;
    }

    // One transaction. `work` is given the store and may wait for nothing but its requests.
    async function within(store, mode, work) {
      // Saved is saved, also where power fails; of keys and drafts less hangs on it.
      const durability = /keys|drafts/.test(store) ? "default" : "strict";
      const transaction = (await open()).transaction(store, mode, { durability });
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const [given] = await Promise.all([work(transaction.objectStore(store)), done]);
      return given;
    }

    // Nothing may come between what is found and what is put in its place. `undefined` removes it.
    const change = (store, key, become) => within(store, "readwrite", async (kept) => {
      const found = await settled(kept.get(key));
      const becomes = become(found);
      if (becomes !== found) await settled(becomes ? kept.put(becomes, key) : kept.delete(key));
      return becomes;
    });

    async function wipe() {
      if (opening) (await opening).close();
      opening = null;
      await new Promise((resolve) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = request.onerror = request.onblocked = resolve;
      });
    }

    return { within, change, wipe };
  };

  const { within, change, wipe } = database("declarations-register", ["keys", "drafts", "outbox"]);
  const read = (store, key) => within(store, "readonly", (kept) => settled(kept.get(key)));
  const write = (store, key, value) =>
    within(store, "readwrite", (kept) => settled(kept.put(value, key)));
  const remove = (store, key) => within(store, "readwrite", (kept) => settled(kept.delete(key)));
  const all = (store) => within(store, "readonly", (kept) => settled(kept.getAll()));

  // What takes the place of another, under a key of its own, if that one is still there.
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

  const how = (name, iv) => ({ name: SEALING.name, iv, additionalData: new TextEncoder().encode(name) });

  async function sealBytes(name, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, sealed: await crypto.subtle.encrypt(how(name, iv), await sealingKey(), bytes) };
  }

  const unsealBytes = async (name, { iv, sealed }) =>
    crypto.subtle.decrypt(how(name, iv), await sealingKey(), sealed);

  const seal = (name, words) => sealBytes(name, new TextEncoder().encode(JSON.stringify(words)));
  const unseal = async (name, kept) =>
    JSON.parse(new TextDecoder().decode(await unsealBytes(name, kept)));

  // Who is signed in here, as far as the last page said.
  const owner = () => read("keys", "owner");
  const belongsTo = (person) => write("keys", "owner", person);

  const works = Boolean(self.indexedDB && self.crypto && crypto.subtle);

  self.vault = {
    works, database, settled, read, write, remove, all, change, replace, seal, unseal, sealBytes, unsealBytes, owner, belongsTo, wipe,
  };
}
