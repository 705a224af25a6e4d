import { workOf } from "/static/work.01b348733a55.js";

const QUESTION = ["service", "choice", true, null];

function isNeeded(form, asks) {
  const about = asks.find(([name]) => name === "service_user");
  const given = form.elements.service_user?.value.trim().toLowerCase();
  const listed = [...form.querySelectorAll("datalist option:not([data-unlisted])")];
  const isListed = given && listed.some((each) => each.value.toLowerCase() === given);
  return !isListed && Boolean(!about?.[2] || given);
}

export async function askService(form, asks, owner, { always = false } = {}) {
  if (asks.some(([name]) => name === "service") || !(always || isNeeded(form, asks))) return;
  const services = Object.entries((await workOf(owner))?.services ?? {});
  const found = document.getElementById("service-here");
  if (!services.length || !found) return;
  const group = found.content.firstElementChild.cloneNode(true);
  const choices = group.querySelector(".govuk-radios");
  const one = choices.firstElementChild;
  choices.replaceChildren(...services.map(([value, words], place) => {
    const choice = one.cloneNode(true);
    const id = place ? `service-${place + 1}` : "service";
    Object.assign(choice.querySelector("input"), { id, value });
    Object.assign(choice.querySelector("label"), { htmlFor: id, textContent: words });
    return choice;
  }));
  const next = [...form.elements].find((each) => each.name.startsWith("details."));
  next.closest(".govuk-form-group").before(group);
  asks.splice(asks.findIndex(([name]) => name.startsWith("details.")), 0, QUESTION);
}
