"""TLS for a router that was given no certificate: one made on the spot, kept in memory only.

Anonymous Diffie-Hellman is offered beside it, for clients of routers without a
certificate ask for nothing else (cipher string `ADH:@SECLEVEL=0`, TLS 1.2). A
router offers one or the other; both together let either kind of client in.

Source: routeros-api.md, 2.1.
"""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["SelfMade", "self_made"]

# The group ffdhe2048 of RFC 7919, A.1; its generator is 2. Making a group takes seconds.
_PRIME = bytes.fromhex(
    "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fb"
    "cc939dce249b3ef97d2fe363630c75d8f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0"
    "856365553ded1af3b557135e7f57c935984f0c70e0e68b77e2a689daf3efe8721df158a136ade735"
    "30acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4"
    "ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f619172fe9ce98583ff"
    "8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2c6f34a26c1b2effa"
    "886b423861285c97ffffffffffffffff"
)
# What a certificate is for: a name that no public DNS has, and the addresses of this host.
_NAMES = ("localhost",)
_ADDRESSES = ("127.0.0.1", "::1")
_LIFETIME = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SelfMade:
    """A server's side of TLS.

    Attributes:
        context: For the listening socket.
        certificate: PEM, what a client has to trust to check the name.
    """

    context: ssl.SSLContext
    certificate: bytes


@cache
def self_made() -> SelfMade:
    """Return this process's own certificate, made when it is first asked for."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key).public_bytes(serialization.Encoding.PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # TLS 1.3 knows no anonymous suites and would be agreed on before any. Level 0 is what
    # these need; everybody else agrees on something better.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("HIGH:ADH:@SECLEVEL=0")
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # ssl reads files only. They are readable by us alone and gone when this returns.
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder, "chain.pem")
        chain.touch(mode=0o600)
        chain.write_bytes(secret + certificate)
        context.load_cert_chain(chain)
        group = Path(folder, "group.pem")
        group.write_bytes(_group())
        context.load_dh_params(str(group))
    return SelfMade(context, certificate)


def _group() -> bytes:
    """Return the group as PKCS #3 has it: a sequence of two integers, prime and generator."""
    integers = b"\x02\x82\x01\x01\x00" + _PRIME + b"\x02\x01\x02"
    der = b"\x30\x82" + len(integers).to_bytes(2, "big") + integers
    begin, end = b"-----BEGIN DH PARAMETERS-----\n", b"-----END DH PARAMETERS-----\n"
    return begin + base64.encodebytes(der) + end


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "routeros simulator")])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + _LIFETIME)
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    *(x509.DNSName(each) for each in _NAMES),
                    *(x509.IPAddress(ipaddress.ip_address(each)) for each in _ADDRESSES),
                ]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
