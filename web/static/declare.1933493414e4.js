import { ErrorSummary, initAll } from "/static/govuk-frontend.75501f84675e.js";
import "/static/phone.dba0e32fbce1.js";
import { showWhatMatters } from "/static/asking.4f08c494ae00.js";
import { askService } from "/static/service.9caa620ae769.js";
import { Pictures } from "/static/pictures.4e5a40249142.js";

const { vault, outbox, phone } = self;
const main = document.getElementById("main-content");
const PATIENCE = 5000;
const LONGEST_WAIT = 10_000;
const MISSING = "This answer is missing.";
const UNANSWERED = "Choose an answer.";
const NONE_CHOSEN = "Choose at least one.";
const CHOSEN_BEFORE = "Whoever you chose before";
const MISSING_IN = { choice: UNANSWERED, select: UNANSWERED, yes_no: UNANSWERED, choices: NONE_CHOSEN };
const NOT_KEPT = ["", "id", "captured_at", "recent"];
const byId = (id) => document.getElementById(id);
const tell = (id, isSo) => { const words = byId(id); if (words) words.hidden = !isSo; };
const inside = (id) => byId(id).content.cloneNode(true);

let form = document.querySelector("form[data-declare]");
const askedIn = (of) => JSON.parse(of.dataset.asks);
let asks = askedIn(form); // of each question its name, its widget, whether it must be answered, only if what, and the questions of one of its records
const kind = form.dataset.declare;
let owner = document.body.dataset.person;
let draft = { id: crypto.randomUUID(), name: null };
let lateReason = "";
let questions = {}; // in the words of the form, by their names
const pictures = new Pictures(() => keepDraft());
let asked = null; // what stood on the page when its answers were asked for, to go back to


const ROW = /^(.+)\.(\d+)\.([^.]+)$/; // of several records: which list, which record, which answer
const answersOf = (from) => closedUp([...new FormData(from)].filter(([name]) => !NOT_KEPT.includes(name)));

function closedUp(answers) {
  const kept = {};
  return answers.flatMap(([name, value]) => {
    const [, list, row, part] = name.match(ROW) ?? [];
    if (!list) return [[name, value]];
    const start = `${list}.${row}.`;
    if (!answers.some(([each, said]) => each.startsWith(start) && said.trim())) return [];
    const rows = kept[list] ??= [];
    if (!rows.includes(row)) rows.push(row);
    return [[`${list}.${rows.indexOf(row)}.${part}`, value]];
  });
}

function records(name, parts, answers) {
  const found = [];
  for (const [each, value] of answers) {
    const [, list, row, part] = each.match(ROW) ?? [];
    const widget = parts.find(([known]) => known === part)?.[1];
    const answer = list === name ? answered(widget, [value]) : undefined;
    if (answer !== undefined) (found[row] ??= {})[part] = answer;
  }
  return found;
}

const isOfPeople = ({ name, type }) => type === "select-one" && !ROW.test(name);

let unasked = []; // answered on a form that asks more: one that knows whom there is to choose from

const left = [...NOT_KEPT]; // left alone: also what is written while the page fills itself in
async function fill(answers) {
  if (answers.some(([name]) => name === "service")) await askService(form, asks, owner, { always: true });
  for (const field of form.elements) {
    if (left.includes(field.name)) continue;
    const given = answers.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(field.type)) field.checked = given.includes(field.value);
    else field.value = given[0] ?? "";
    if (given[0] && isOfPeople(field) && !field.value) field.add(new Option(CHOSEN_BEFORE, given[0], true, true));
  }
  unasked = answers.filter(([name]) => !ROW.test(name) && !asks.some(([known]) => known === name));
  showWhatMatters(form);
}

function isPointless(onlyIf, answers) {
  const given = onlyIf && answers.find(([name]) => name === onlyIf[0])?.[1];
  return Boolean(given) && given !== onlyIf[1];
}

function listed(reference) {
  const bare = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const known = [...form.querySelector("datalist").options].map((each) => each.value);
  return known.find((each) => bare(each) === bare(reference)) ?? reference;
}

function body(answers) {
  const said = { kind, captured_at: outbox.moment(), details: {} };
  for (const [name, widget, , onlyIf, parts] of asks) {
    const isClear = isPointless(onlyIf, answers);
    const given = isClear ? [onlyIf[2]] : answers.filter(([each]) => each === name).map(([, value]) => value);
    const answer = parts ? records(name, parts, answers) : answered(widget, given);
    const [first, second] = name.split(".");
    if (answer === undefined) continue;
    if (second) said[first][second] = answer;
    else said[first] = first === "service_user" ? listed(answer) : answer;
  }
  return said;
}

function answered(widget, given) {
  if (widget === "choices") return given;
  const text = given[0] ?? "";
  if (!text.trim()) return undefined;
  if (widget === "yes_no") return text === "true";
  if (widget === "number" && /^\d+$/.test(text.trim())) return Number(text);
  if (widget === "money") return pounds(text.trim().replace(/^£ ?/, ""));
  return ["number", "date"].includes(widget) ? text.trim() : text;
}

function pounds(text) {
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d{1,2})?$/.test(text)) return text.replaceAll(",", "");
  return text.replace(/^(\d+),(\d{1,2})$/, "$1.$2");
}


let keeping = null;

function keepSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(keepDraft, 150);
}

async function keepDraft() {
  clearTimeout(keeping);
  keeping = null;
  if (!owner || !draft.name || asked?.isSaved) return;
  const kept = { name: draft.name, owner, at: Date.now(), id: draft.id, pictures: pictures.kept };
  try {
    Object.assign(kept, await vault.seal(draft.name, { id: draft.id, answers: [...answersOf(form), ...unasked] }));
    await vault.write("drafts", draft.name, kept);
    tell("no-room", false);
  } catch {
    tell("no-room", true);
  }
}

self.keepDraft = () => keeping && keepDraft();

async function begin() {
  owner ??= await vault.owner();
  tell("nobody", !owner);
  form.hidden = !owner;
  if (!owner) return;
  await phone.dropOldDrafts();
  const back = location.hash.slice(1);
  const record = back && await vault.read("outbox", back);
  if (record?.owner === owner) return putRight(record);
  draft.name = `${owner}/${kind}`;
  const kept = await vault.read("drafts", draft.name);
  const isPrefilled = "prefilled" in form.dataset; // what was just said counts, not what was begun
  const begun = kept && !isPrefilled && await vault.unseal(draft.name, kept).catch(() => null);
  if (begun) {
    draft.id = begun.id;
    await fill(begun.answers);
    tell("begun", true);
  }
  await pictures.show(owner, begun && kept.pictures);
  await suggest().catch(() => tell("no-room", true));
  if (!document.body.dataset.person) await askService(form, asks, owner);
}

async function putRight(record) {
  const telling = await outbox.open(record);
  Object.assign(draft, { id: record.id, name: `${owner}/${record.id}` });
  const kept = await vault.read("drafts", draft.name);
  const begun = kept && await vault.unseal(draft.name, kept).catch(() => null);
  if (telling.errors?.some(({ field }) => field === "service")) await askService(form, asks, owner, { always: true });
  await fill(begun?.answers ?? telling.answers);
  await pictures.show(owner, begun ? kept.pictures : record.pictures);
  lateReason = telling.body.late_reason ?? "";
  complain((telling.errors ?? []).map(({ field, message }) => [field, message]));
}

async function suggest() {
  const name = `${owner}/references`;
  const field = form.elements.service_user; // not every kind asks for one
  const offered = [...byId("references").options].map((each) => [each.value, "unlisted" in each.dataset]);
  if (offered.length && field) {
    const sealed = await vault.seal(name, { offered });
    await vault.write("drafts", name, { name, owner, at: Date.now(), ...sealed });
    return;
  }
  const today = outbox.moment().slice(0, 10);
  form.elements.happened_on.value ||= today;
  if (!field || "limited" in form.dataset) return;
  const kept = await vault.read("drafts", name);
  const known = kept && await vault.unseal(name, kept).catch(() => null);
  if (!known) return;
  byId("references").append(...known.offered.map(([value, isUnlisted]) => {
    const option = new Option(value, value);
    if (isUnlisted) option.dataset.unlisted = "";
    return option;
  }));
}


function show(title, nodes) {
  asked ??= { nodes: [...main.childNodes], title: document.title, isSaved: false };
  main.replaceChildren(...nodes);
  document.title = title;
  initAll({ scope: main });
  Object.assign(main.querySelector("h1"), { tabIndex: -1 }).focus();
  scrollTo(0, 0);
}

function showAgain() {
  lateReason = byId("late_reason")?.value ?? "";
  main.replaceChildren(...asked.nodes);
  document.title = asked.title;
  asked = null;
}

function complain(problems) {
  main.querySelectorAll(".govuk-error-message, .govuk-error-summary").forEach((each) => each.remove());
  main.querySelectorAll(".govuk-form-group--error").forEach((each) => each.classList.remove("govuk-form-group--error"));
  if (!problems.length) return;
  const summary = inside("problems-here").firstElementChild;
  for (const [name, message] of problems) {
    const id = name.replaceAll(".", "-");
    const group = byId(id)?.closest(".govuk-form-group");
    const label = group?.querySelector("legend, label");
    const textContent = `${label?.textContent.trim() ?? ""} ${message}`;
    const link = Object.assign(document.createElement("a"), { href: `#${id}`, textContent });
    summary.querySelector("ul").appendChild(document.createElement("li")).append(link);
    const words = inside("problem-here").firstElementChild;
    words.id = `${id}-error`;
    words.append(message);
    group?.classList.add("govuk-form-group--error");
    (group?.querySelector(".govuk-hint") ?? label)?.after(words);
    (group?.querySelector("fieldset") ?? byId(id))?.setAttribute("aria-describedby", words.id);
  }
  main.prepend(summary);
  new ErrorSummary(summary);
}

function missing(answers) {
  const given = answers.filter(([, value]) => value.trim()).map(([name]) => name);
  const inRows = asks.filter(([, , , , parts]) => parts).flatMap(([name, , , , parts]) =>
    records(name, parts, answers).flatMap((record, row) =>
      parts.filter(([part, , isRequired]) => isRequired && !(part in record))
        .map(([part, widget]) => [`${name}.${row}.${part}`, MISSING_IN[widget] ?? MISSING])));
  return asks
    .filter(([name, widget, isRequired, onlyIf]) => isRequired && !isPointless(onlyIf, answers) && !given.includes(name))
    .map(([name, widget]) => [name, MISSING_IN[widget] ?? MISSING])
    .concat(inRows);
}


async function check() {
  form.elements.captured_at.value = outbox.moment();
  form.elements.id.value = draft.id;
  const named = asks.map(([name]) => name).filter((name) => form.elements[name]);
  questions = Object.fromEntries(named.map((name) => [name, said(name)[0]]));
  await keepDraft();
  const page = await ruled();
  if (!page) return checkHere();
  if (page.querySelector("form[data-declare]")) {
    main.replaceChildren(...page.getElementById("main-content").childNodes);
    document.title = page.title;
    form = main.querySelector("form[data-declare]");
    asks = askedIn(form);
    initAll({ scope: main });
    showWhatMatters(form);
    return pictures.paint();
  }
  history.pushState("check", "");
  show(page.title, page.getElementById("main-content").childNodes);
  tellOfPictures();
}

function tellOfPictures() {
  const words = { className: "govuk-body", textContent: pictures.words };
  if (pictures.words) main.querySelector("dl").after(Object.assign(document.createElement("p"), words));
}

async function ruled() {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal: outbox.after(PATIENCE),
    });
    if (answer.redirected || ![200, 422].includes(answer.status)) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

async function checkHere() {
  await askService(form, asks, owner);
  const answers = answersOf(form);
  const problems = missing(answers);
  complain(problems);
  if (problems.length) return;
  const page = inside("check-here");
  const list = page.querySelector("dl");
  const row = list.firstElementChild;
  for (const [name, , , onlyIf] of asks) {
    if (name === "late_reason" || isPointless(onlyIf, answers)) continue;
    const line = row.cloneNode(true);
    const [question, answer] = said(name);
    line.querySelector("dt").textContent = question;
    line.querySelector("dd").textContent = answer || "Not answered";
    list.append(line);
  }
  row.remove();
  const yesterday = outbox.moment(new Date(Date.now() - 24 * 3_600_000)).slice(0, 10);
  if (form.elements.happened_on.value >= yesterday) page.querySelector("#late").remove();
  history.pushState("check", "");
  show(page.querySelector("h1").textContent, [...page.childNodes]);
  tellOfPictures();
  const late = byId("late_reason");
  if (late) late.value = lateReason;
}

function said(name) {
  const fields = [...form.elements].filter((each) => each.name === name);
  const wording = fields[0].closest("fieldset")?.querySelector("legend") ?? fields[0].labels[0];
  const chosen = fields.filter((each) => each.checked).map((each) => each.labels[0].textContent.trim());
  const isChosen = ["radio", "checkbox"].includes(fields[0].type);
  return [wording.textContent.trim(), isChosen ? chosen.join(", ") : inWords(fields[0])];
}

function inWords(field) {
  if (field.type === "fieldset") return rowsInWords(field);
  if (field.selectedOptions) return field.value && field.selectedOptions[0].text;
  if (field.type !== "date" || !field.value) return field.value;
  return new Date(`${field.value}T12:00`).toLocaleDateString("en-GB", { dateStyle: "long" });
}

function rowsInWords(list) {
  const rows = [...list.querySelectorAll("fieldset")].map((row) => [...row.elements].map(inWords));
  return rows.map((words) => words.filter(Boolean).join(", ")).filter(Boolean).join("; ");
}


async function send(checked) {
  if (asked.isSending) return;
  asked.isSending = true;
  const late = [...new FormData(checked)].filter(([name, value]) => name === "late_reason" && value.trim());
  const answers = [...answersOf(form), ...late];
  const kept = [...answers, ...unasked];
  const telling = { kind, title: form.dataset.title, answers: kept, questions, body: body(answers) };
  try {
    draft.id = await outbox.save(owner, draft.id, telling, pictures.kept);
  } catch {
    return sendUnsaved(telling);
  }
  asked.isSaved = true;
  const going = phone.deliver({ now: true }).catch(() => ({ sent: [] }));
  const patience = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT, { sent: [] }));
  const { stopped } = await Promise.race([going, patience]);
  await vault.remove("drafts", draft.name).catch(() => {});
  await saved(stopped);
}

async function saved(stopped) {
  const record = await vault.read("outbox", draft.id);
  if (!record || record.state === "declared") return location.assign(`/declarations/${draft.id}/sent`);
  if (record.state !== "waiting") return location.assign("/outbox");
  const page = inside("saved");
  const isOthers = owner !== await vault.owner();
  const why = isOthers ? "somebody-else" : stopped === "sign-in" ? "sign-in" : "no-signal";
  page.querySelectorAll("[data-why]").forEach((each) => each.dataset.why === why || each.remove());
  show(page.querySelector("h1").textContent, [...page.childNodes]);
}

async function sendUnsaved(telling) {
  const record = { id: draft.id, owner, pictures: pictures.kept };
  const { is, telling: refused } = await outbox.declared(record, telling);
  if (is === "sent") return location.assign(`/declarations/${draft.id}/sent`);
  if (is === "declared") return location.assign(`/declarations/${draft.id}/photographs`);
  const page = inside("not-saved");
  page.querySelectorAll("[data-why]").forEach((each) => (each.dataset.why === "refused") === Boolean(refused) || each.remove());
  page.querySelectorAll("[data-detail]").forEach((each) => { each.textContent = refused.detail ?? ""; });
  asked.isSending = false;
  main.querySelector(".govuk-error-summary")?.remove();
  main.prepend(page);
  new ErrorSummary(main.firstElementChild);
}

async function lookAgain() {
  if (!asked?.isSaved || !main.querySelector(".app-saved")) return;
  const record = await vault.read("outbox", draft.id);
  if (record && record.state !== "declared") return;
  const page = inside("sent");
  page.querySelector("a").href = `/declarations/${draft.id}/sent`;
  show(page.querySelector("h1").textContent, [...page.childNodes]);
}

addEventListener("register:delivered", lookAgain);
outbox.said.addEventListener("message", lookAgain);

document.addEventListener("submit", (event) => {
  if (!owner || !vault.works) return;
  if (event.target === form) {
    event.preventDefault();
    check();
  } else if (event.target.matches(`form[action="/declare/${kind}/send"]`)) {
    event.preventDefault();
    if (event.submitter?.name === "change") history.back();
    else send(event.target);
  }
});
document.addEventListener("change", ({ target }) => {
  if (target.name === "recent") form.elements.service_user.value = target.value;
});
document.addEventListener("input", ({ target }) => {
  if (target.form !== form) return;
  left.push(target.name);
  if (target.name === "service_user") { // of those last declared about, this one is chosen, or none
    for (const each of form.querySelectorAll("[name=recent]")) each.checked = each.value === target.value;
  }
  keepSoon();
});
addEventListener("pagehide", () => { if (keeping) keepDraft(); });
addEventListener("popstate", () => {
  if (asked?.isSaved) location.reload();
  else if (asked) showAgain();
});
document.addEventListener("click", async ({ target }) => {
  if (target.id !== "begin-again") return;
  await vault.remove("drafts", draft.name);
  draft.name = null;
  location.reload();
});

if (vault.works) begin().catch(() => {});
