"""Others verify permits with libraries of their own, and what was tampered with holds nowhere."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.permits.conftest import SLOT, Armed

HERE = Path(__file__).parent


def part(value: object) -> str:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(body).rstrip(b"=").decode()


def opened(token: str) -> tuple[dict, dict, bytes]:
    head, body, signature = (urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in token.split("."))
    return json.loads(head), json.loads(body), signature


@pytest.fixture
def token(armed: Armed) -> str:
    armed.clock.set("2026-11-26T09:30")
    return armed.permits()["cms"]["token"]


def test_pyjwt_verifies_it_with_the_published_key(armed: Armed, token: str) -> None:
    """With the key that its `kid` names, the algorithm pinned and the audience wanted."""
    keys = jwt.PyJWKSet.from_json(armed.jwks())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    off = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="cms", options=off)
    assert (claims["nbf"], claims["exp"]) == (SLOT, SLOT + 7200)
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, key, algorithms=["EdDSA"], audience="runner", options=off)


def test_openssl_verifies_it(armed: Armed, token: str, tmp_path: Path) -> None:
    """With the public key file that lies beside the private one."""
    head, body, signature = token.split(".")
    (tmp_path / "signed").write_text(f"{head}.{body}")
    (tmp_path / "signature").write_bytes(urlsafe_b64decode(signature + "=="))
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey"]
    command += [str(armed.folder / "keys/permit.pub"), "-in", "signed", "-sigfile", "signature"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "signed").write_text(f"{head}.{body}x")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_php_sodium_verifies_it(armed: Armed, token: str) -> None:
    """As a publishing system in PHP does, without the guard."""
    php = shutil.which("php")
    if php is None:
        pytest.skip("needs php-cli, to verify permits as a publishing system in PHP does")

    def verify(text: str, now: int, audience: str = "cms") -> dict:
        command = [php, HERE / "verify.php", text, armed.jwks(), str(now), audience]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    assert verify(token, SLOT)["counts"]
    assert not verify(token, SLOT - 1)["counts"]
    assert not verify(token, SLOT + 7200)["counts"]
    assert not verify(token, SLOT, "runner")["counts"]
    head, claims, signature = opened(token)
    forged = f"{part(head)}.{part({**claims, 'nbf': 0})}.{part(signature)}"
    assert not verify(forged, SLOT)["good"]


def _forgeries(token: str, jwks: str) -> dict[str, str]:
    head, claims, signature = opened(token)
    stranger = Ed25519PrivateKey.generate()
    signed = f"{part(head)}.{part(claims)}"
    key = jwt.PyJWKSet.from_json(jwks).keys[0].key.public_bytes_raw()
    return {
        "alg none": f"{part({**head, 'alg': 'none'})}.{part(claims)}.",
        "alg none, signed": f"{part({**head, 'alg': 'None'})}.{part(claims)}.{part(signature)}",
        "HS256 with the public key": jwt.encode(
            claims, key, algorithm="HS256", headers={"kid": head["kid"], "typ": head["typ"]}
        ),
        "a stranger's key": jwt.encode(
            claims, stranger, algorithm="EdDSA", headers={"kid": head["kid"], "typ": head["typ"]}
        ),
        "an earlier time": f"{part(head)}.{part({**claims, 'nbf': 0})}.{part(signature)}",
        "other content": f"{part(head)}.{part({**claims, 'digests': {}})}.{part(signature)}",
        "a cut signature": f"{signed}.{part(signature[:-1])}",
        "no signature": f"{signed}.",
        "two parts": signed,
        "nothing": "",
        "not text of that kind": "\u00e9.\u00e9.\u00e9",
        "very long": "a" * 200_000,
    }


def test_forged_ones_hold_nowhere(armed: Armed, token: str) -> None:
    """Not one of them is genuine, whatever is wrong with it, and nothing breaks."""
    for name, text in _forgeries(token, armed.jwks()).items():
        done = armed.verify(text)
        assert (done.code, done.doc["genuine"]) == (1, False), name


def test_a_signed_status_is_no_permit(armed: Armed, token: str) -> None:
    """Each kind says in its header what it is."""
    workspace = armed.workspace()
    status = workspace.permits.status()
    workspace.close()
    assert opened(status)[0]["typ"] != opened(token)[0]["typ"]
    assert armed.verify(status).doc["genuine"] is False


def test_another_organisations_permit_is_not_ours(armed: Armed, token: str, tmp_path: Path) -> None:
    """Another key, another name."""
    other = Armed(tmp_path / "other")
    assert other.verify(token).doc["genuine"] is False
