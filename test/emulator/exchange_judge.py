"""What the judge asks of the package cryptography, with plain arguments."""
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF

FUNCTIONS = {"NIST_SP800": ConcatKDFHash, "ANSI_X963": X963KDF}


def derive_key(function, hash, secret, shared, size):
    algorithm = getattr(hashes, hash.replace("_", ""))()
    keywords = {"otherinfo": shared} if function == "NIST_SP800" else {"sharedinfo": shared}
    return FUNCTIONS[function](algorithm=algorithm, length=size, **keywords).derive(secret)


def public_bytes(key):
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def read_request(pem):
    request = x509.load_pem_x509_csr(pem.encode())
    return {
        "valid": request.is_signature_valid,
        "hash": request.signature_hash_algorithm.name,
        "subject": [[part.oid.dotted_string, part.value] for part in request.subject],
        "key": public_bytes(request.public_key()).hex(),
    }


def read_certificate(pem, issuer):
    certificate = x509.load_pem_x509_certificate(pem.encode())
    # Raises where the issuer did not sign it.
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(issuer.encode()))
    return {
        "from": certificate.not_valid_before_utc.isoformat(),
        "to": certificate.not_valid_after_utc.isoformat(),
        "authority": certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca,
        "key": public_bytes(certificate.public_key()).hex(),
    }
