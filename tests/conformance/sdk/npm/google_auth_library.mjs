// Gets a token as a program with google-auth-library does. Prints one line of JSON.

import { JWT } from "google-auth-library";
import { run } from "./sdk_report.mjs";

await run("google-auth-library", async (key, email) => {
  const scopes = ["https://www.googleapis.com/auth/devstorage.read_only"];
  const answer = await new JWT({ email, key, scopes }).authorize();
  return answer.access_token;
});
