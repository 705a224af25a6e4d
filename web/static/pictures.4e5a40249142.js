import { smaller } from "/static/picture.a08989f5cfc6.js";

const { vault, outbox } = self;
const part = (query) => document.querySelector(`#pictures ${query}`);

export class Pictures {
  constructor(changed) {
    this.changed = changed;
    this.kept = []; // each with its id, sealed
    document.addEventListener("change", ({ target }) => target.id === "picture" && this.add(target));
  }

  async show(owner, kept) {
    this.owner = owner;
    this.kept = kept ?? [];
    await this.paint();
  }

  async add(input) {
    const files = [...input.files];
    const room = this.room;
    input.value = "";
    const unread = [];
    for (const file of files.slice(0, room)) {
      try {
        const id = crypto.randomUUID();
        const bytes = await (await smaller(file)).arrayBuffer();
        this.kept.push({ id, ...await vault.sealBytes(outbox.nameOfPicture(this.owner, id), bytes) });
      } catch {
        unread.push(file);
      }
    }
    await this.changed();
    await this.paint();
    const words = [];
    if (unread.length) words.push("A picture cannot be read here. Choose a JPEG.");
    if (files.length > room) words.push(`There is room for ${this.most} photographs; the others were left out.`);
    part("[role=status]").textContent = words.join(" ");
  }

  get most() {
    return Number(document.getElementById("pictures").dataset.most);
  }

  get room() {
    return this.most - this.kept.length;
  }

  async remove(id) {
    this.kept = this.kept.filter((each) => each.id !== id);
    await this.changed();
    await this.paint();
    part("[role=status]").textContent = "The photograph is removed.";
    part("#picture").focus();
  }

  async paint() {
    const place = document.getElementById("pictures");
    if (!place || !this.owner) return;
    place.hidden = false;
    const lines = await Promise.all(this.kept.map((each, index) => this.line(each, index + 1)));
    part("ul").querySelectorAll("img").forEach((each) => URL.revokeObjectURL(each.src));
    part("ul").replaceChildren(...lines);
    part("#picture").disabled = this.room < 1;
  }

  async line(picture, number) {
    const line = document.getElementById("a-picture").content.firstElementChild.cloneNode(true);
    const bytes = await vault.unsealBytes(outbox.nameOfPicture(this.owner, picture.id), picture);
    const image = line.querySelector("img");
    image.src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    image.alt = `Photograph ${number}`;
    const button = line.querySelector("button");
    button.textContent = `Remove photograph ${number}`;
    button.addEventListener("click", () => this.remove(picture.id));
    return line;
  }

  get words() {
    const count = this.kept.length;
    return count ? `With ${count} ${count === 1 ? "photograph" : "photographs"}.` : "";
  }
}
