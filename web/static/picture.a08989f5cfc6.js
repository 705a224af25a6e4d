const LONGEST_SIDE = 2048;
const QUALITY = 0.85;

export class UnreadableError extends Error {}

export async function smaller(file) {
  const picture = await read(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // JPEG has nothing that is see-through
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((give) => canvas.toBlob(give, "image/jpeg", QUALITY));
  if (!blob) throw new UnreadableError();
  return blob;
}

async function read(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new UnreadableError();
  }
}
