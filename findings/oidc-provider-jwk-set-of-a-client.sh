#!/usr/bin/env bash
# A new key in a client's JWK Set, and the copy of the set that an OpenID provider keeps.
#
# What: oidc-provider 9.13.3, with jose 6.2.17 for the keys and Node 22.23.3 from npm.
# One would guess: an assertion whose kid is not in the provider's copy of the client's JWK Set makes it fetch the
#   set again, as Ory Hydra, Spring Authorization Server, Vault and MinIO do; or that the copy is kept no longer than
#   the answer's Cache-Control allows.
# What it does: for a minute after a fetch an unknown kid fetches nothing, although the set was served with
#   "max-age=1, must-revalidate" and three seconds have passed. A client that signs with a key as soon as its JWK
#   Set URL shows it is refused with 401 invalid_client, without a word of the reason. After the minute the same key
#   works.
# Output seen:
#   first key            200, fetches of the set: 1
#   new key, after 3 s   401, fetches of the set: 1
#   new key, after 64 s  200, fetches of the set: 2
# Date: 2026-11-30
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node@22.23.3 oidc-provider@9.13.3 jose@6.2.17 >/dev/null 2>&1
cat > seen.mjs <<'JS'
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

console.warn = console.info = () => {};
const listen = (server) => new Promise((done) => {
  server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${server.address().port}`));
});

const keys = [];
async function addKey(kid) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  keys.push({ ...await exportJWK(publicKey), kid, use: 'sig', alg: 'ES256' });
  return { kid, privateKey };
}

let fetches = 0;
const sets = createServer((request, response) => {
  fetches += 1;
  response.setHeader('content-type', 'application/jwk-set+json');
  response.setHeader('cache-control', 'max-age=1, must-revalidate');
  response.end(JSON.stringify({ keys }));
});
const jwks_uri = `${await listen(sets)}/jwks.json`;

const server = createServer();
const issuer = await listen(server);
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'client',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri,
  }],
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: ['ES256'] },
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  // By default it fetches from no loopback address.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  responseTypes: [],
});
server.on('request', provider.callback());

async function request({ kid, privateKey }, label) {
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
    .setIssuer('client').setSubject('client').setAudience(issuer)
    .setJti(randomUUID()).setIssuedAt().setExpirationTime('50s')
    .sign(privateKey);
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  await answer.text();
  console.log(`${label.padEnd(20)} ${answer.status}, fetches of the set: ${fetches}`);
}

await request(await addKey('one'), 'first key');
const second = await addKey('two');
await wait(3_000);
await request(second, 'new key, after 3 s');
await wait(61_000);
await request(second, 'new key, after 64 s');
process.exit(0);
JS
node_modules/.bin/node seen.mjs 2>/dev/null | tee seen

cat > expected <<'TEXT'
first key            200, fetches of the set: 1
new key, after 3 s   401, fetches of the set: 1
new key, after 64 s  200, fetches of the set: 2
TEXT
diff expected seen
