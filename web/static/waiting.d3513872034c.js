import "/static/phone.dba0e32fbce1.js";

const { vault, outbox, phone } = self;
const list = document.getElementById("cards");
const inside = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

async function paint({ sent = [] } = {}) {
  const records = await outbox.own(await vault.owner());
  const cards = await Promise.all(records.map(card));
  const gone = [...list.querySelectorAll(".app-sent")];
  for (const id of sent) {
    const note = inside("sent");
    note.querySelector("a").href = `/declarations/${id}/sent`;
    gone.push(note);
  }
  list.replaceChildren(...gone, ...cards);
  document.getElementById("nothing").hidden = cards.length + gone.length > 0;
  document.getElementById("send-now").hidden = !records.some(outbox.goesOn);
}

async function card(record) {
  const telling = await outbox.open(record).catch(() => null);
  const isRefusedAsAWhole = record.state === "refused" && !telling?.errors?.length;
  const shown = inside(!telling ? "unreadable" : isRefusedAsAWhole ? "not-taken" : record.state);
  const put = (name, words) => shown.querySelectorAll(`[data-put=${name}]`).forEach((each) => { each.textContent = words; });
  put("title", telling?.title ?? "");
  put("about", telling?.body.service_user ?? "");
  put("saved", day.format(record.at));
  put("detail", telling?.detail ?? "");
  for (const { field, message } of telling?.errors ?? []) {
    const line = document.createElement("li");
    const question = telling.questions?.[field];
    line.textContent = question ? `${question} ${message}` : message;
    shown.querySelector("ul").append(line);
  }
  shown.querySelectorAll("[data-old]").forEach((each) => { each.hidden = !outbox.isOld(record); });
  const change = shown.querySelector("[data-change]");
  if (change) change.href = `/declare/${telling.kind}#${record.id}`;
  const see = shown.querySelector("[data-see]");
  if (see) see.href = `/declarations/${record.id}`;
  shown.querySelector("[data-as-another]")?.addEventListener("click", (event) => sendAsAnother(event.target, record, telling));
  shown.querySelector("[data-delete]")?.addEventListener("click", (event) => remove(event.target, record));
  return shown;
}

async function sendAsAnother(button, record, telling) {
  button.disabled = true;
  await outbox.sendAsAnother(record, telling);
  await phone.deliver({ now: true });
}

async function remove(button, record) {
  if (!button.dataset.sure) {
    button.dataset.sure = "yes";
    button.textContent = "Yes, delete it for good";
    return;
  }
  await outbox.drop(record.id);
  await paint();
}

document.getElementById("send-now").addEventListener("click", () => phone.deliver({ now: true }));
addEventListener("register:delivered", ({ detail }) => paint(detail));
outbox.said.addEventListener("message", () => paint());
if (vault.works) paint();
else document.getElementById("keeps-nothing").hidden = false;
