// Gets a token as a program with @azure/msal-node does. Prints one line of JSON.

import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { run } from "./sdk_report.mjs";

await run("@azure/msal-node", async (key, clientId, certificateFile) => {
  const certificate = new X509Certificate(readFileSync(certificateFile));
  const application = new ConfidentialClientApplication({
    auth: {
      clientId,
      authority: "https://login.microsoftonline.com/contoso.onmicrosoft.com",
      clientCertificate: {
        thumbprintSha256: createHash("sha256").update(certificate.raw).digest("hex"),
        privateKey: key,
      },
    },
  });
  const scopes = ["https://graph.microsoft.com/.default"];
  const answer = await application.acquireTokenByClientCredential({ scopes });
  return answer.accessToken;
});
