// Keys, thumbprints and signatures of `jose` and Node.js, for the tests that
// compare them with ours. Standard input is a JSON array of tasks, standard
// output one of their results; the README says which there are.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as jose from 'jose';

const encode = (bytes) => Buffer.from(bytes).toString('base64url');
const decode = (text) => Buffer.from(text, 'base64url');

const tasks = {
  async thumbprint({ jwk }) {
    return jose.calculateJwkThumbprint(jwk, 'sha256');
  },

  /** A private key, by jose where it reads the format, else by Node.js. */
  async read({ text, format, alg, passphrase }) {
    switch (format) {
      case 'pkcs8':
        return jose.exportJWK(await jose.importPKCS8(text, alg, { extractable: true }));
      case 'spki':
        return jose.exportJWK(await jose.importSPKI(text, alg, { extractable: true }));
      case 'jwk': {
        const key = await jose.importJWK(JSON.parse(text), alg, { extractable: true });
        return jose.exportJWK(key);
      }
      default:
        return createPrivateKey({ key: text, passphrase }).export({ format: 'jwk' });
    }
  },

  async generate({ alg, bits, passphrase }) {
    const options = { extractable: true, modulusLength: bits };
    const pair = await jose.generateKeyPair(alg, options);
    const pkcs8 = await jose.exportPKCS8(pair.privateKey);
    const key = createPrivateKey(pkcs8);
    const cipher = 'aes-256-cbc';
    return {
      pkcs8,
      spki: await jose.exportSPKI(pair.publicKey),
      jwk: await jose.exportJWK(pair.privateKey),
      encrypted: key.export({ type: 'pkcs8', format: 'pem', cipher, passphrase }),
    };
  },

  /** A compact JWS, so that the whole of jose's signing is what is compared. */
  async sign({ jwk, alg, message }) {
    const key = await jose.importJWK(jwk, alg);
    const signer = new jose.CompactSign(decode(message)).setProtectedHeader({ alg });
    return signer.sign(key);
  },

  async keySet({ jwks, alg, kid, jws }) {
    const keys = jose.createLocalJWKSet(jwks);
    const { payload, protectedHeader } = await jose.compactVerify(jws, keys);
    return { payload: encode(payload), matches: protectedHeader.kid === kid && protectedHeader.alg === alg };
  },

  async certificate({ text }) {
    const certificate = new X509Certificate(text);
    const fingerprint = (hex) => encode(Buffer.from(hex.replaceAll(':', ''), 'hex'));
    return {
      jwk: certificate.publicKey.export({ format: 'jwk' }),
      x5t: fingerprint(certificate.fingerprint),
      'x5t#S256': fingerprint(certificate.fingerprint256),
      signed: certificate.verify(certificate.publicKey),
    };
  },
};

let input = '';
for await (const chunk of process.stdin) input += chunk;
const results = [];
for (const { task, ...values } of JSON.parse(input)) {
  try {
    results.push(await tasks[task](values));
  } catch (error) {
    throw new Error(`${task} ${values.alg ?? ''}`, { cause: error });
  }
}
process.stdout.write(JSON.stringify(results));
