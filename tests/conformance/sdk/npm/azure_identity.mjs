// Gets a token as a program with @azure/identity does. Prints one line of JSON.

import { readFileSync } from "node:fs";
import { ClientCertificateCredential } from "@azure/identity";
import { run } from "./sdk_report.mjs";

await run("@azure/identity", async (key, clientId, certificateFile) => {
  const certificate = `${key}\n${readFileSync(certificateFile, "utf8")}`;
  const credential = new ClientCertificateCredential("contoso.onmicrosoft.com", clientId, { certificate });
  const answer = await credential.getToken("https://graph.microsoft.com/.default");
  return answer.token;
});
