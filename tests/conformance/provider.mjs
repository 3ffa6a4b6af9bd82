// A certified OpenID provider on loopback, for the peer tests.
//
// It reads one line of JSON from standard input, prints one line of JSON when
// it is ready, and stops when standard input closes. Given that line as its
// argument, it runs until it is ended. README.md next to this file describes
// both lines and those that follow.

import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import Provider, { errors } from 'oidc-provider';

const about = new URL('node_modules/oidc-provider/package.json', import.meta.url);
const { version } = JSON.parse(await readFile(about));

const HOST = '127.0.0.1';
const ALGORITHMS = [
  'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512',
  'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519',
];

/** Prints one line of JSON; a pipe is written synchronously, so the order of events is kept. */
function report(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(server.address().port));
  });
}

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Serves the JWK Sets of a folder, each request reading the file anew. */
async function serveJwkSets(folder) {
  const server = createServer(async (request, response) => {
    const name = decodeURIComponent(new URL(request.url, `http://${HOST}`).pathname.slice(1));
    if (name.includes('/') || name.startsWith('.')) {
      answer(response, 404, { error: 'not_found' });
      return;
    }
    try {
      const body = await readFile(join(folder, name));
      response.writeHead(200, { 'content-type': 'application/jwk-set+json' });
      response.end(body);
    } catch {
      answer(response, 404, { error: 'not_found' });
    }
  });
  return `http://${HOST}:${await listen(server, 0)}`;
}

function registration({ client_id, alg, jwks, jwks_uri, jwks_file, scope }, jwkSets) {
  const client = {
    client_id,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
  };
  if (alg !== undefined) client.token_endpoint_auth_signing_alg = alg;
  if (jwks !== undefined) client.jwks = jwks;
  if (jwks_uri !== undefined) client.jwks_uri = jwks_uri;
  if (jwks_file !== undefined) client.jwks_uri = `${jwkSets}/${encodeURIComponent(jwks_file)}`;
  if (scope !== undefined) client.scope = scope;
  return client;
}

/**
 * What a stricter server asks beyond what the provider asks by itself.
 *
 * `issuer`: the issuer as the sole audience. `rfc10070`: also the type. Limits
 * hold in any profile.
 */
function demands({ profile, longest_lifetime, latest_issue }, issuer) {
  const refuse = (reason) => {
    throw new errors.InvalidClientAuth(reason);
  };
  return (_context, claims, header) => {
    const now = Math.floor(Date.now() / 1000);
    if (profile === 'rfc10070' && header.typ !== 'client-authentication+jwt') {
      refuse('typ is not client-authentication+jwt');
    }
    if (profile !== undefined && claims.aud !== issuer) refuse('aud is not the issuer');
    if (claims.exp > now + (longest_lifetime ?? Infinity)) refuse('exp is too far ahead');
    if (claims.iat > now + (latest_issue ?? Infinity)) refuse('iat is in the future');
  };
}

function configuration(settings, issuer, jwkSets) {
  const scopes = new Set(settings.clients.flatMap(({ scope }) => (scope ?? '').split(' ')));
  scopes.delete('');
  const chosen = {
    clients: settings.clients.map((client) => registration(client, jwkSets)),
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ALGORITHMS },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: false },
    },
    // The provider refuses to fetch from special-use addresses by giving fetch
    // a dispatcher that closes such connections. Here everything is loopback.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    responseTypes: [],
    scopes: [...scopes],
    ttl: { ClientCredentials: settings.expires_in ?? 600 },
  };
  if (settings.registers) chosen.adapter = Memory;
  const { profile, longest_lifetime, latest_issue } = settings;
  if (![undefined, 'issuer', 'rfc10070'].includes(profile)) throw new Error(`no profile ${profile}`);
  if ((profile ?? longest_lifetime ?? latest_issue) !== undefined) {
    chosen.assertJwtClientAuthClaimsAndHeader = demands(settings, issuer);
  }
  return chosen;
}

/** Keeps in memory what the provider stores, and the clients that are registered while it runs. */
class Memory {
  static models = new Map();

  constructor(name) {
    if (!Memory.models.has(name)) Memory.models.set(name, new Map());
    this.stored = Memory.models.get(name);
  }

  async upsert(id, payload) {
    this.stored.set(id, payload);
  }

  async find(id) {
    return this.stored.get(id);
  }

  async consume(id) {
    this.stored.get(id).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    this.stored.delete(id);
  }

  async findByUid() {}

  async findByUserCode() {}

  async revokeByGrantId() {}
}

/** Registers the client that is in the body, as the settings would have it. */
async function register(request, response) {
  const client = JSON.parse(await readBody(request));
  await new Memory('Client').upsert(client.client_id, registration(client, null));
  answer(response, 201, {});
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** The protected API: echoes a request that carries a token of this provider. */
async function callApi(provider, request, response) {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ');
  const token = scheme.toLowerCase() === 'bearer' && value
    ? await provider.ClientCredentials.find(value)
    : undefined;
  if (!token?.isValid) {
    answer(response, 401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
    return;
  }
  answer(response, 200, {
    client_id: token.clientId,
    scope: token.scope ?? null,
    method: request.method,
    path: request.url,
    body: await readBody(request),
  });
}

async function start(line) {
  const settings = JSON.parse(line);
  const tls = settings.tls;
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }) : createServer();
  const port = await listen(server, settings.port ?? 0);
  const issuer = `${tls ? 'https' : 'http'}://${HOST}:${port}`;
  const jwkSets = settings.jwks_folder ? await serveJwkSets(settings.jwks_folder) : null;

  const provider = new Provider(issuer, configuration(settings, issuer, jwkSets));
  provider.on('grant.success', (context) => {
    const { client_assertion: _, ...form } = context.oidc.body;
    report({ event: 'granted', client_id: context.oidc.client?.clientId ?? null, form });
  });
  provider.on('grant.error', (_context, error) => {
    report({
      event: 'refused',
      error: error.error,
      detail: error.error_detail ?? error.error_description ?? null,
      cause: error.cause?.message ?? null,
    });
  });
  provider.on('server_error', (_context, error) => {
    report({ event: 'failed', detail: error.message });
  });

  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (settings.registers && request.url === '/clients') {
      register(request, response).catch((error) => answer(response, 500, { error: error.message }));
    } else if (request.url === '/version') {
      answer(response, 200, { version });
    } else if (request.url.startsWith('/api')) {
      callApi(provider, request, response).catch((error) => answer(response, 500, { error: error.message }));
    } else {
      handle(request, response);
    }
  });
  report({
    event: 'ready',
    issuer,
    token_endpoint: `${issuer}/token`,
    metadata: `${issuer}/.well-known/openid-configuration`,
    api: `${issuer}/api`,
    jwk_sets: jwkSets,
  });
}

function startOrFail(line) {
  start(line).catch((error) => {
    report({ event: 'failed', detail: error.error_description ?? error.message });
    process.exit(1);
  });
}

const [, , settings] = process.argv;
if (settings !== undefined) {
  startOrFail(settings);
} else {
  const input = createInterface({ input: process.stdin });
  input.once('line', startOrFail);
  input.once('close', () => process.exit(0));
}
