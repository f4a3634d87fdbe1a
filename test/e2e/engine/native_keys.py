"""The native resources of AWS Payment Cryptography, which MiniStack does not know: AWS::PaymentCryptography::Key and ::Alias.

They are made in the emulator, where AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY says that it is. What CloudFormation does when a property
changes that the service cannot change is not documented by AWS, so it is refused here.
"""
import json
import os
import time
import urllib.error
import urllib.request

ENDPOINT = os.environ.get("AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY")
KEY = "AWS::PaymentCryptography::Key"
ALIAS = "AWS::PaymentCryptography::Alias"

# Seconds between two tries of a request that the quota of the Region refused. They are more than a minute together.
PAUSES = (0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2, 38.4)
CREATION = ("KeyAttributes", "Exportable", "Enabled", "KeyCheckValueAlgorithm", "DeriveKeyUsage", "ReplicationRegions", "Tags")
CHANGEABLE = ("Enabled", "ReplicationRegions", "Tags")


def call(operation, fields):
    """Asks the emulator, as CloudFormation asks the service, in the Region of the stack."""
    from ministack.core.responses import get_region

    request = urllib.request.Request(ENDPOINT, data=json.dumps(fields).encode(), headers={
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"PaymentCryptographyControlPlane.{operation}",
        "authorization": f"AWS4-HMAC-SHA256 Credential=CLOUDFORMATION/20260101/{get_region()}/payment-cryptography/aws4_request, "
                         "SignedHeaders=host, Signature=0",
    })
    for pause in (*PAUSES, None):
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            refusal = json.load(error)
            name = refusal.get("__type", "").split("#")[-1]
            if name != "ThrottlingException" or pause is None:
                raise ValueError(f"{operation}: {name} {refusal.get('Message', refusal.get('message', ''))}".strip()) from error
        time.sleep(pause)


def typed(value):
    """A template may carry numbers and booleans as strings, and CloudFormation takes them."""
    if isinstance(value, dict):
        return {name: typed(each) for name, each in value.items()}
    return value == "true" if value in ("true", "false") else value


def attributes(key):
    return {
        "KeyIdentifier": key["KeyArn"], "KeyOrigin": key["KeyOrigin"], "KeyState": key["KeyState"],
        "ReplicationStatus": key.get("ReplicationStatus", {}),
    }


def tags_of(properties):
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or []}


def create_key(_logical_id, properties, _stack_name):
    given = {name: typed(properties[name]) if name != "Tags" else properties[name] for name in CREATION if name in properties}
    key = call("CreateKey", given)["Key"]
    return key["KeyArn"], attributes(key)


def update_key(arn, old, new, _stack_name):
    changed = [name for name in {**old, **new} if typed(old.get(name)) != typed(new.get(name))]
    fixed = sorted(set(changed) - set(CHANGEABLE))
    if fixed:
        raise ValueError(f"{', '.join(fixed)} of a key cannot change, and what CloudFormation does then is not documented by AWS")
    if "Enabled" in changed:
        call("StartKeyUsage" if typed(new.get("Enabled", True)) else "StopKeyUsage", {"KeyIdentifier": arn})
    before, after = old.get("ReplicationRegions") or [], new.get("ReplicationRegions") or []
    for operation, regions in (
        ("AddKeyReplicationRegions", [region for region in after if region not in before]),
        ("RemoveKeyReplicationRegions", [region for region in before if region not in after]),
    ):
        if regions:
            call(operation, {"KeyIdentifier": arn, "ReplicationRegions": regions})
    former, tags = tags_of(old), tags_of(new)
    if set(former) - set(tags):
        call("UntagResource", {"ResourceArn": arn, "TagKeys": sorted(set(former) - set(tags))})
    if tags != former and tags:
        call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": name, "Value": value} for name, value in tags.items()]})
    return arn, attributes(call("GetKey", {"KeyIdentifier": arn})["Key"])


def delete_key(arn, _properties):
    call("DeleteKey", {"KeyIdentifier": arn})


def create_alias(_logical_id, properties, _stack_name):
    call("CreateAlias", {name: properties[name] for name in ("AliasName", "KeyArn") if name in properties})
    return properties["AliasName"], {"AliasName": properties["AliasName"]}


def update_alias(name, old, new, stack_name):
    if new["AliasName"] != name:
        from ministack.services.cloudformation import provisioners
        created = create_alias(None, new, stack_name)
        provisioners._delete_predecessor(lambda given: delete_alias(given["AliasName"], old), {"AliasName": name})
        return created
    call("UpdateAlias", {key: new[key] for key in ("AliasName", "KeyArn") if key in new})
    return name, {"AliasName": name}


def delete_alias(name, _properties):
    call("DeleteAlias", {"AliasName": name})


HANDLERS = {
    KEY: {"create": create_key, "update": update_key, "delete": delete_key},
    ALIAS: {"create": create_alias, "update": update_alias, "delete": delete_alias},
}
