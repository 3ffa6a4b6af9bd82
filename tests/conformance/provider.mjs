// A certified OpenID provider on loopback, for the peer tests.
//
// It reads one line of JSON from standard input, prints one line of JSON when
// it is ready, and stops when standard input closes. Given that line as its
// argument, it runs until it is ended. README.md next to this file describes
// both lines and those that follow.

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, jwtVerify } from 'jose';
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

function registration({ client_id, alg, jwks, jwks_uri, jwks_file, scope, dpop }, jwkSets) {
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
  if (dpop !== undefined) client.dpop_bound_access_tokens = dpop;
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
  if (settings.dpop) {
    const nonceSecret = randomBytes(32);
    chosen.features.dPoP = { enabled: true, nonceSecret, requireNonce: () => true };
  }
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

/** The identifiers of a token request that may be seen once: the assertion's and the proof's. */
function identifiers(context) {
  const assertion = context.oidc?.body?.client_assertion;
  const proof = context.get('DPoP');
  const identifier = (jwt) => (jwt ? decodeJwt(jwt).jti : null);
  return { assertion: identifier(assertion), proof: identifier(proof) };
}

/**
 * The API of bound tokens, at an origin of its own: takes each proof once, with the nonce that its
 * last answer had, and another one for every second call.
 */
class BoundApi {
  nonce = randomBytes(16).toString('base64url');

  answers = 0;

  constructor(provider) {
    this.provider = provider;
    this.seen = new Set();
  }

  /** What is wrong with a call, and the token if nothing is. */
  async check(request, url) {
    const [scheme, value] = (request.headers.authorization ?? '').split(' ');
    const token = value ? await this.provider.ClientCredentials.find(value) : undefined;
    if (!token?.isValid) return { error: 'invalid_token', words: 'unknown token' };
    if (scheme.toLowerCase() !== 'dpop') return { error: 'invalid_token', words: 'token is bound' };
    let proof;
    try {
      proof = await jwtVerify(request.headers.dpop ?? '', EmbeddedJWK, { typ: 'dpop+jwt' });
    } catch {
      return { error: 'invalid_dpop_proof', words: 'DPoP proof is missing or malformed' };
    }
    const { payload, protectedHeader } = proof;
    const hash = createHash('sha256').update(value).digest('base64url');
    const key = await calculateJwkThumbprint(protectedHeader.jwk);
    if (key !== token.jkt) return { error: 'invalid_token', words: 'token is bound to another key' };
    if (payload.htm !== request.method) return { error: 'invalid_dpop_proof', words: 'htm mismatch' };
    if (payload.htu !== url) return { error: 'invalid_dpop_proof', words: 'htu mismatch' };
    if (payload.ath !== hash) return { error: 'invalid_dpop_proof', words: 'ath mismatch' };
    if (this.seen.has(payload.jti)) return { error: 'invalid_dpop_proof', words: 'jti replay' };
    this.seen.add(payload.jti);
    const identifier = payload.jti;
    if (payload.nonce !== this.nonce) return { error: 'use_dpop_nonce', words: 'nonce needed', identifier };
    return { token, identifier };
  }

  async answer(request, response, origin) {
    const url = `${origin}${request.url.split('?')[0]}`;
    const { error, words, token, identifier } = await this.check(request, url);
    this.answers += 1;
    if (!error && this.answers % 2 === 0) this.nonce = randomBytes(16).toString('base64url');
    const headers = { 'dpop-nonce': this.nonce };
    report({ event: 'called', error: error ?? null, proof: identifier ?? null });
    if (error) {
      const challenge = `DPoP error="${error}", error_description="${words}", algs="ES256 EdDSA Ed25519"`;
      answer(response, 401, { error }, { ...headers, 'www-authenticate': challenge });
      return;
    }
    const echo = { client_id: token.clientId, method: request.method, path: request.url };
    answer(response, 200, { ...echo, body: await readBody(request) }, headers);
  }
}

/** Serves it, if the settings want that. */
async function serveBoundApi(provider) {
  const api = new BoundApi(provider);
  const server = createServer();
  const origin = `http://${HOST}:${await listen(server, 0)}`;
  server.on('request', (request, response) => {
    const failed = (error) => answer(response, 500, { error: error.message });
    api.answer(request, response, origin).catch(failed);
  });
  return `${origin}/api`;
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
    const seen = settings.dpop ? { identifiers: identifiers(context) } : {};
    report({ event: 'granted', client_id: context.oidc.client?.clientId ?? null, form, ...seen });
  });
  provider.on('grant.error', (context, error) => {
    report({
      ...(settings.dpop ? { identifiers: identifiers(context) } : {}),
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
    api: settings.dpop ? await serveBoundApi(provider) : `${issuer}/api`,
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
