const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const DENIED = "Your browser does not let the register show messages. You can change that in its settings for this page.";
const FAILED = "This did not work. Please try again later.";

async function subscribed(key) {
  if (await Notification.requestPermission() !== "granted") throw new Error(DENIED);
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before) return before;
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

for (const form of document.querySelectorAll("form[data-push]")) {
  if (!("PushManager" in window && "Notification" in window)) break;
  form.hidden = false;
  for (const each of document.querySelectorAll("[data-push-without]")) each.hidden = true;
  const says = form.querySelector("[data-push-says]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    says.textContent = "";
    try {
      form.elements.subscription.value = JSON.stringify(await subscribed(form.dataset.push));
      form.submit();
    } catch (error) {
      says.textContent = error.message === DENIED ? DENIED : FAILED;
    }
  });
}
