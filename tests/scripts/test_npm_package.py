"""The npm package of the published documents."""

import json

from scripts.paths import GENERATED, ROOT


def test_each_document_is_exported_with_a_type_and_a_checksum() -> None:
    folder = ROOT / GENERATED / "bytezkit_openapi"
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    exported = {it["default"] for it in manifest["exports"].values() if isinstance(it, dict)}
    packed = {file.name for pattern in manifest["files"] for file in folder.glob(pattern)}
    documents = {it for it in packed if it.endswith((".json", ".yaml"))} - {"package.json"}

    assert exported == {f"./{it}" for it in documents if it.endswith(".json")}
    assert {f"{it}.sha256" for it in documents} == {it for it in packed if it.endswith(".sha256")}
    assert {"schemathesis.toml", "document.d.ts"} < packed
