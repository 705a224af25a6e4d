// Which service it was at, asked on the phone where nobody else can say: of somebody who has not just
// one, about a service user who is not listed.
import { workOf } from "{{static:work.js}}";

const QUESTION = ["service", "choice", true, null];

// Whether what is answered so far leaves it to the worker.
function isNeeded(form, asks) {
  const about = asks.find(([name]) => name === "service_user");
  const given = form.elements.service_user?.value.trim().toLowerCase();
  const listed = [...form.querySelectorAll("datalist option:not([data-unlisted])")];
  const isListed = given && listed.some((each) => each.value.toLowerCase() === given);
  return !isListed && Boolean(!about?.[2] || given);
}

// Puts the question on the form, if it is needed and not there yet; `always` also where it is not.
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
