"""Does with boto3 what it is told on standard input, one JSON object a line, and answers the same way.

One process for all calls: starting Python and loading the service model takes longer than the calls.
"""
import datetime
import json
import sys

import boto3
import botocore.exceptions
from botocore import xform_name

clients = {}


def client_for(service, region):
    if (service, region) not in clients:
        clients[service, region] = boto3.client(service, region_name=region)
    return clients[service, region]


def printable(value):
    if isinstance(value, datetime.datetime):
        return {"timestamp": value.timestamp()}
    raise TypeError(type(value))


def run(request):
    client = client_for(request["service"], request["region"])
    operation = xform_name(request["operation"])
    if request.get("paginate"):
        pages = client.get_paginator(operation).paginate(**request["input"], PaginationConfig=request["paginate"])
        return {"output": pages.build_full_result()}
    output = getattr(client, operation)(**request["input"])
    del output["ResponseMetadata"]
    return {"output": output}


def answer(request):
    try:
        return run(request)
    except botocore.exceptions.ClientError as error:
        details = error.response["Error"]
        return {
            "error": {
                "class": type(error).__name__,
                "code": details["Code"],
                "message": details.get("Message", ""),
                "resourceId": error.response.get("ResourceId"),
                "reason": error.response.get("Reason"),
                "fields": error.response.get("fieldList"),
                "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
            }
        }
    except botocore.exceptions.BotoCoreError as error:
        return {"error": {"class": type(error).__name__, "message": str(error)}}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), default=printable), flush=True)
