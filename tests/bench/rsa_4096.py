"""What OpenSSL, as in Python's cryptography, takes for RSA with 4096 bits.

`rsa_4096.py version` prints which OpenSSL that is, `generate` the seconds of a
new key pair, `sign KEY COUNT` those of that many RS512 signatures."""

import sys
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import load_pem_private_key

match sys.argv[1:]:
    case ["version"]:
        print(backend.openssl_version_text())
    case ["generate"]:
        start = perf_counter()
        rsa.generate_private_key(65537, 4096)
        print(perf_counter() - start)
    case ["sign", path, count]:
        key = load_pem_private_key(Path(path).read_bytes(), None)
        key.sign(b"warm", padding.PKCS1v15(), SHA512())
        start = perf_counter()
        for _ in range(int(count)):
            key.sign(b"header.claims", padding.PKCS1v15(), SHA512())
        print(perf_counter() - start)
