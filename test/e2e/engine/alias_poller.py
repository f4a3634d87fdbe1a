"""Asks for an alias in several Regions, twenty times a second in each, until standard input ends.

Arguments: the endpoint, the name of the alias, the Regions. Standard output: "ready" once each Region has answered, and
at the end a JSON object: by Region, how often it was asked, and what it said one after the other, without repetitions:
the ARN of the key, or the name of the error.
"""
import json
import sys
import threading
import time

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

SECONDS_BETWEEN = 0.05


def poll(client, alias, said, answered, ended):
    while not ended.is_set():
        try:
            now = client.get_alias(AliasName=alias)["Alias"].get("KeyArn")
        except ClientError as error:
            now = error.response["Error"]["Code"]
        said["polls"] += 1
        if not said["seen"] or said["seen"][-1] != now:
            said["seen"].append(now)
        answered.set()
        time.sleep(SECONDS_BETWEEN)


endpoint, alias, *regions = sys.argv[1:]
session = botocore.session.get_session()
# An error that was retried would not be seen.
config = Config(retries={"max_attempts": 0})
ended = threading.Event()
told = {}
threads = []
for region in regions:
    client = session.create_client("payment-cryptography", region_name=region, endpoint_url=endpoint, config=config)
    told[region] = {"polls": 0, "seen": []}
    answered = threading.Event()
    threads.append(threading.Thread(target=poll, args=(client, alias, told[region], answered, ended)))
    threads[-1].start()
    answered.wait()
print("ready", flush=True)
sys.stdin.read()
ended.set()
for thread in threads:
    thread.join()
print(json.dumps(told))
