// Gets a token and calls an API as a program with @okta/okta-sdk-nodejs does. Prints one line of JSON.

import { readFileSync } from "node:fs";
import okta from "@okta/okta-sdk-nodejs";

const [keyFile, clientId] = process.argv.slice(2);
const { version } = JSON.parse(
  readFileSync(new URL("../node_modules/@okta/okta-sdk-nodejs/package.json", import.meta.url), "utf8"),
);
const found = { version };
try {
  const client = new okta.Client({
    orgUrl: "https://example.okta.com",
    authorizationMode: "PrivateKey",
    clientId,
    scopes: ["okta.users.read"],
    privateKey: readFileSync(keyFile, "utf8"),
    keyId: "test-1",
  });
  const token = await client.oauth.getAccessToken();
  if (token.access_token) {
    found.token = token.access_token;
  } else {
    found.error = JSON.stringify(token);
  }
} catch (error) {
  found.error = `${error.name}: ${error.message}`;
}
console.log(JSON.stringify(found));
process.exit();
