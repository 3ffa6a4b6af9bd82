#!/usr/bin/env bash
# A token that has come, and the host of its instance.
#
# What: @salesforce/core 9.4.0 with Node 22.23.3 from npm; AuthInfo.create with a JWT at a login server on loopback.
# One would guess: AuthInfo.create is done as soon as the token endpoint has answered, or fails at once where the
#   answer's instance_url cannot be used.
# What it does: before it returns it looks the host of instance_url up by DNS, again and again for 240 seconds, and
#   then goes on as if nothing had been wrong. Behind a proxy (HTTPS_PROXY) machines often have no DNS of their own:
#   there every login takes four minutes, without a word. SF_DOMAIN_RETRY=0 is the way around.
# Output seen:
#   SF_DOMAIN_RETRY=0   token after less than 60 s
#   by default          token after 240 s or more
# Date: 2026-11-30
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node@22.23.3 @salesforce/core@9.4.0 >/dev/null 2>&1
cat > seen.mjs <<'JS'
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AuthInfo } from '@salesforce/core';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  // RFC 6761: nothing ever resolves under .invalid.
  const instance_url = 'https://instance.invalid';
  response.end(JSON.stringify({
    access_token: '00D000000000001!token', instance_url, token_type: 'Bearer', scope: 'api',
    id: 'https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA',
  }));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const start = Date.now();
const info = await AuthInfo.create({
  username: 'user@example.com',
  oauth2Options: {
    clientId: 'client', privateKeyFile: 'key.pem', loginUrl: `http://127.0.0.1:${server.address().port}`,
  },
});
const seconds = (Date.now() - start) / 1000;
const told = seconds < 60 ? 'less than 60 s' : seconds >= 239 ? '240 s or more' : `${seconds} s`;
console.log(`token ${info.getFields(true).accessToken ? 'after' : 'missing after'} ${told}`);
process.exit(0);
JS
export HOME=$folder
{
  printf 'SF_DOMAIN_RETRY=0   '
  SF_DOMAIN_RETRY=0 node_modules/.bin/node seen.mjs 2>/dev/null
  printf 'by default          '
  node_modules/.bin/node seen.mjs 2>/dev/null
} | tee seen

cat > expected <<'TEXT'
SF_DOMAIN_RETRY=0   token after less than 60 s
by default          token after 240 s or more
TEXT
diff expected seen
