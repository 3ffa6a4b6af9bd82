// Gets a token as a program with @salesforce/core does. Prints one line of JSON.

import { readFileSync } from "node:fs";
import { AuthInfo } from "@salesforce/core";

const [keyFile, clientId] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(new URL("../node_modules/@salesforce/core/package.json", import.meta.url), "utf8"));
const found = { version };
try {
  const info = await AuthInfo.create({
    username: "user@example.com",
    oauth2Options: {
      clientId,
      loginUrl: "https://login.salesforce.com",
      privateKeyFile: keyFile,
    },
  });
  found.token = info.getFields(true).accessToken;
} catch (error) {
  found.error = `${error.name}: ${error.message}`;
}
console.log(JSON.stringify(found));
process.exit();
