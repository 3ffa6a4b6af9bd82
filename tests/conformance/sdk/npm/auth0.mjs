// Calls an API as a program with auth0 does. Prints one line of JSON.

import { ManagementClient } from "auth0";
import { run } from "./sdk_report.mjs";

await run("auth0", async (key, clientId) => {
  let token;
  const client = new ManagementClient({
    domain: "example.eu.auth0.com",
    clientId,
    clientAssertionSigningKey: key,
    // The client tells its token to nobody; the API's request has it.
    fetch: (url, options) => {
      const authorization = new Headers(options?.headers).get("authorization");
      token ??= authorization?.replace("Bearer ", "");
      return fetch(url, options);
    },
  });
  try {
    await client.clients.list();
  } catch (error) {
    if (!token) {
      throw error;
    }
  }
  return token;
});
