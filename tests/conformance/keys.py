"""Keys, thumbprints and signatures of `cryptography` and `jwcrypto`, for the
tests that compare them with ours. Standard input is a JSON array of tasks,
standard output one of their results; the README says which there are."""

import base64
import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from jwcrypto import jwk as jwcrypto

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
LENGTHS = {"ES256": 32, "ES384": 48, "ES512": 66}
PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def load(text, passphrase=None):
    password = None if passphrase is None else passphrase.encode()
    return serialization.load_pem_private_key(text.encode(), password)


def spki(key):
    return key.public_bytes(PEM, SPKI).decode()


def thumbprint(jwk):
    return jwcrypto.JWK(**jwk).thumbprint()


def read(text, passphrase=None):
    """The public half, as proof that the private one was understood."""
    return spki(load(text, passphrase).public_key())


def read_jwk(text, private):
    key = jwcrypto.JWK.from_json(text)
    pem = key.export_to_pem(private_key=private, password=None).decode()
    return spki(load(pem).public_key()) if private else pem


def read_public(text):
    return spki(serialization.load_pem_public_key(text.encode()))


def generate(type, passphrase):
    if type.startswith("RSA"):
        key = rsa.generate_private_key(65537, int(type.removeprefix("RSA ")))
    elif type == "Ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = ec.generate_private_key(CURVES[type])
    plain = serialization.NoEncryption()
    best = serialization.BestAvailableEncryption(passphrase.encode())
    pem = key.private_bytes(PEM, PKCS8, plain).decode()
    formats = {"pkcs8": pem, "encrypted": key.private_bytes(PEM, PKCS8, best).decode()}
    if type != "Ed25519":
        traditional = serialization.PrivateFormat.TraditionalOpenSSL
        formats["traditional"] = key.private_bytes(PEM, traditional, plain).decode()
    jwk = jwcrypto.JWK.from_pem(pem.encode()).export(private_key=True)
    return {"private": formats, "jwk": json.loads(jwk), "spki": spki(key.public_key())}


def rsa_padding(alg):
    if alg.startswith("RS"):
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(HASHES[alg[2:]]), padding.PSS.DIGEST_LENGTH)


def sign(text, alg, message):
    key, message = load(text), decode(message)
    if alg.startswith(("RS", "PS")):
        return encode(key.sign(message, rsa_padding(alg), HASHES[alg[2:]]))
    if alg.startswith("ES"):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(HASHES[alg[2:]])))
        return encode(b"".join(number.to_bytes(LENGTHS[alg], "big") for number in (r, s)))
    return encode(key.sign(message))


def verify(text, alg, message, signature):
    key = serialization.load_pem_public_key(text.encode())
    message, signature = decode(message), decode(signature)
    if alg.startswith(("RS", "PS")):
        key.verify(signature, message, rsa_padding(alg), HASHES[alg[2:]])
    elif alg.startswith("ES"):
        half = LENGTHS[alg]
        r, s = signature[:half], signature[half:]
        der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        key.verify(der, message, ec.ECDSA(HASHES[alg[2:]]))
    else:
        key.verify(signature, message)
    return True


def certificate(text):
    certificate = x509.load_pem_x509_certificate(text.encode())
    certificate.verify_directly_issued_by(certificate)
    return {
        "spki": spki(certificate.public_key()),
        "x5t": encode(certificate.fingerprint(hashes.SHA1())),
        "x5t#S256": encode(certificate.fingerprint(hashes.SHA256())),
    }


TASKS = {
    function.__name__: function
    for function in (thumbprint, read, read_jwk, read_public, generate, sign, verify, certificate)
}

results = []
for values in json.load(sys.stdin):
    task = values.pop("task")
    results.append(TASKS[task](**values))
json.dump(results, sys.stdout)
