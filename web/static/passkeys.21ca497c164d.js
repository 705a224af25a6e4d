const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const WORDS = {
  NotAllowedError: "Nothing was opened: it was broken off, or there is no passkey for the register on this device.",
  InvalidStateError: "This device has a passkey of yours already.",
};
const FAILED = "This did not work. Please try again, or sign in another way.";

async function made(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const each of options.excludeCredentials || []) each.id = bytes(each.id);
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey: options });
  const { clientDataJSON, attestationObject } = response;
  return {
    id, type, rawId: text(rawId),
    response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) },
  };
}

async function used(options) {
  options.challenge = bytes(options.challenge);
  for (const each of options.allowCredentials || []) each.id = bytes(each.id);
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey: options });
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return {
    id, type, rawId: text(rawId),
    response: {
      clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData),
      signature: text(signature), userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

async function answer(form) {
  const asked = await fetch(form.dataset.passkey, { headers: { Accept: "application/json" } });
  if (!asked.ok) throw new Error("not given");
  const options = await asked.json();
  return options.user ? made(options) : used(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  for (const each of document.querySelectorAll("[data-passkey-without]")) each.hidden = true;
  const says = form.querySelector("[data-passkey-says]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    says.textContent = "";
    try {
      form.elements.signed.value = JSON.stringify(await answer(form));
      form.submit();
    } catch (error) {
      says.textContent = WORDS[error.name] || FAILED;
    }
  });
}

for (const button of document.querySelectorAll("button[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    button.textContent = isShown ? "Show the password" : "Hide the password";
  });
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
