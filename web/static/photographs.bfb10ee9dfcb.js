import { smaller } from "/static/picture.a08989f5cfc6.js";

const input = document.getElementById("photograph");
const state = document.getElementById("photograph-state");
let working = null;

input?.addEventListener("change", () => {
  working = makeSmaller().finally(() => (working = null));
});

input?.form.addEventListener("submit", async (event) => {
  if (!working) return;
  event.preventDefault();
  await working;
  if (input.files.length) input.form.requestSubmit();
});

async function makeSmaller() {
  const [file] = input.files;
  state.textContent = "";
  if (!file) return;
  try {
    const small = new DataTransfer();
    small.items.add(new File([await smaller(file)], "photograph.jpg", { type: "image/jpeg" }));
    input.files = small.files;
    state.textContent = "The picture is ready to be added.";
  } catch {
    input.value = "";
    state.textContent = "This picture cannot be read here. Choose a JPEG.";
  }
}
