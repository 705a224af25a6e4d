// npm's oidc-provider on loopback. Arguments: where it is installed, its port, the register's origin.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, port, register] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);
const at = `${register}/sign-in/with/care`;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "register",
      client_secret: "a secret of the tests, + and % and all",
      redirect_uris: [`${at}/callback`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      backchannel_logout_uri: `${at}/logout`,
      backchannel_logout_session_required: true,
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  features: {
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  async findAccount(_context, id) {
    const claims = { sub: id, email: `${id}@example.org`, email_verified: true };
    return { accountId: id, claims: async () => claims };
  },
  // By itself it sends nothing to this machine.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  cookies: { keys: ["of the tests alone"] },
});
provider.on("server_error", (_context, error) => console.error("ERROR", error));
provider.on("backchannel.error", (_context, error) => console.error("ERROR", error));
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
