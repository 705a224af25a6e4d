const name = (owner) => `work/${owner}`;

export async function keepWork() {
  const { person, work } = document.body.dataset;
  if (!person || !work) return;
  await self.vault.write("keys", name(person), await self.vault.seal(name(person), JSON.parse(work)));
}

export async function workOf(owner) {
  const kept = owner && await self.vault.read("keys", name(owner));
  return kept ? self.vault.unseal(name(owner), kept).catch(() => null) : null;
}

export const forgetWork = (owner) => self.vault.remove("keys", name(owner));

export async function showWork() {
  const work = await workOf(await self.vault.owner());
  if (!work) return;
  document.querySelectorAll("[data-for]").forEach((each) => {
    each.hidden = (each.dataset.for === "declaring") !== work.declares;
  });
  document.querySelectorAll("[data-contacts]").forEach((list) => showContacts(list, work.contacts));
}

function showContacts(list, contacts) {
  if (!contacts.length) return;
  list.replaceChildren(...contacts.map(([who, number]) => {
    const line = Object.assign(document.createElement("li"), { textContent: number ? `${who} ` : who });
    const call = { className: "govuk-link app-number", href: `tel:${number.replaceAll(" ", "")}`, textContent: number };
    if (number) line.append(Object.assign(document.createElement("a"), call));
    return line;
  }));
  list.hidden = false;
  list.parentElement.querySelector("[data-nobody-known]").textContent = "Otherwise:";
}
