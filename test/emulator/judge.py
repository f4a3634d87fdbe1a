"""Calls functions of Python packages that implement the same standards.

Standard input is a JSON list of calls {"function": "psec.tr31.wrap", "arguments": {...}}, standard output the list
of their results: {"value": ...} or {"error": "..."}. Bytes are {"hex": "..."}, the member of an enumeration is
{"name": "pyemv.sm.EncryptionType.VISA"}. One process for all calls: starting Python takes longer than the calls.
"""
import importlib
import json
import sys


def named(path):
    """What a dotted path names: the longest part that is a module, then attributes."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(path)


def decoded(value):
    if isinstance(value, dict) and set(value) == {"hex"}:
        return bytes.fromhex(value["hex"])
    if isinstance(value, dict) and set(value) == {"name"}:
        return named(value["name"])
    if isinstance(value, list):
        return [decoded(element) for element in value]
    return value


def encoded(value):
    if isinstance(value, (bytes, bytearray)):
        return {"hex": bytes(value).hex().upper()}
    if isinstance(value, dict):
        return {key: encoded(element) for key, element in value.items()}
    if isinstance(value, (list, tuple)):
        return [encoded(element) for element in value]
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return str(value)


def answer(call):
    function = named(call["function"])
    try:
        arguments = {key: decoded(value) for key, value in call["arguments"].items()}
        return {"value": encoded(function(**arguments))}
    except ValueError as error:
        return {"error": str(error)}


json.dump([answer(call) for call in json.load(sys.stdin)], sys.stdout)
