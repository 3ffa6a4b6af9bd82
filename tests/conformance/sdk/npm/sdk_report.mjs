// Prints what an SDK came to, as one line of JSON.

import { readFileSync } from "node:fs";

// Calls getToken with key, client ID and certificate: the key as text, the certificate as its file.
export async function run(name, getToken) {
  const [keyFile, clientId, certificateFile] = process.argv.slice(2);
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  const found = { version: JSON.parse(readFileSync(file, "utf8")).version };
  try {
    found.token = await getToken(readFileSync(keyFile, "utf8"), clientId, certificateFile);
  } catch (error) {
    found.error = `${error.name}: ${error.message}`;
  }
  console.log(JSON.stringify(found));
  process.exit();
}
