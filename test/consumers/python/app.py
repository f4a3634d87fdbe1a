import os
import sys

from aws_cdk import App, CfnOutput, Duration, Environment, RemovalPolicy, Stack, Tags
from aws_cdk.aws_events import Schedule
from aws_cdk.aws_iam import AccountPrincipal, Role, ServicePrincipal
from aws_cdk.aws_lambda import Code, Function, Runtime
from aws_cdk.aws_s3 import Bucket
from aws_cdk.aws_secretsmanager import Secret
from cdk_multi_region_payment_keys import (
    KeyBlock,
    KeyCheckValueAlgorithm,
    KeyMaterial,
    MultiRegionPaymentKey,
    PaymentKeyAlgorithm,
    PaymentKeyInventory,
    PaymentKeyModesOfUse,
    PaymentKeyOperation,
    PaymentKeyRotation,
    PaymentKeySpec,
    PaymentKeyUsage,
    PaymentKeyVersionOptions,
    PaymentKeyWatch,
    RegionalTags,
)

app = App()
env = Environment(account="111122223333", region="us-east-1")

stack = Stack(app, "Payments", env=env)
cvk = MultiRegionPaymentKey(
    stack,
    "Cvk",
    spec=PaymentKeySpec.card_verification(),
    replication_regions=["us-west-2", "eu-west-1"],
)
Tags.of(cvk).add("team", "cards")

# What a user sees of an error.
if os.environ.get("MISTAKE"):
    try:
        MultiRegionPaymentKey(stack, "Mistake", spec=PaymentKeySpec.card_verification(), replication_regions=["Oregon"])
    except Exception as error:
        print(error)
        sys.exit(0)

pins = Stack(app, "Pins", env=env)
pek = MultiRegionPaymentKey(
    pins,
    "Pek",
    spec=PaymentKeySpec.of(
        usage=PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY,
        algorithm=PaymentKeyAlgorithm.TDES_2_KEY,
        modes_of_use=PaymentKeyModesOfUse.of(encrypt=True, decrypt=True, wrap=True, unwrap=True),
    ),
    key_check_value_algorithm=KeyCheckValueAlgorithm.ANSI_X9_24,
    replication_regions=["eu-west-1"],
    deletion_window=Duration.days(30),
    removal_policy=RemovalPolicy.DESTROY,
)
pek.add_alias("alias/pin-encryption", regions=["eu-west-1"])
issuer = Role(pins, "Issuer", assumed_by=ServicePrincipal("lambda.amazonaws.com"))
pek.grants.translate_pin_data(issuer)
pek.replica("eu-west-1").grants.verify_pin_data(issuer)
acquirer = MultiRegionPaymentKey.from_key_attributes(
    pins, "Acquirer", key_id="abcdefghijklmnop", replication_regions=["eu-west-1"]
)
RegionalTags(pins, "AcquirerTags", key=acquirer, tags={"team": "pins"})
CfnOutput(pins, "PekInIreland", value=pek.key_arn_in("eu-west-1"))
watch = PaymentKeyWatch(pins, "Watch", interval=Duration.minutes(30))
watch.on_finding("Finding")
pek.share_with(AccountPrincipal("444455556666"), operations=[PaymentKeyOperation.VERIFY_PIN_DATA])

zones = Stack(app, "Zones", env=env)
kek = MultiRegionPaymentKey.from_alias_name(zones, "Kek", "alias/partner-kek")
secret = Secret.from_secret_complete_arn(
    zones, "Block", "arn:aws:secretsmanager:us-east-1:111122223333:secret:payments/zmk-AbCdEf"
)
MultiRegionPaymentKey(
    zones,
    "Zmk",
    spec=PaymentKeySpec.key_block_protection(),
    material=KeyMaterial.tr31(
        wrapping_key=kek,
        key_block=KeyBlock.from_secret(secret, version_id="6b6b0b5c-7f0e-4c1c-9c52-2f3f6f1c7e01"),
    ),
    expected_key_check_value="08D7B4",
    replication_regions=["us-west-2", "eu-west-1"],
)

acquiring = Stack(app, "Acquiring", env=env)
zpk = PaymentKeyRotation(
    acquiring,
    "Zpk",
    spec=PaymentKeySpec.pin_encryption(),
    alias_name="alias/zpk",
    versions=["2025", "2026", "2027"],
    current="2026",
    version_options={"2027": PaymentKeyVersionOptions(enabled=False)},
    replication_regions=["us-west-2", "eu-west-1"],
)
translator = Function(
    acquiring,
    "Translator",
    code=Code.from_inline("exports.handler = async () => {};"),
    handler="index.handler",
    runtime=Runtime.NODEJS_22_X,
)
zpk.key_behind_alias.bind(
    translator, operations=[PaymentKeyOperation.TRANSLATE_PIN_DATA], environment_prefix="ZPK"
)
partner = MultiRegionPaymentKey.from_key_attributes(
    acquiring, "Partner", key_id="abcdefghijklmnop", replication_regions=["eu-west-1"]
)
binding = partner.bind(
    translator,
    operations=[PaymentKeyOperation.TRANSLATE_PIN_DATA, PaymentKeyOperation.of("VerifyPinData")],
    regions=["eu-west-1", "us-east-1"],
)
CfnOutput(acquiring, "PartnerRegions", value=binding.environment["PAYMENT_KEY_REGIONS"])
CfnOutput(acquiring, "Next", value=zpk.version("2027").key_check_value)

audit = Stack(app, "Audit", env=env)
PaymentKeyInventory(
    audit,
    "Inventory",
    bucket=Bucket.from_bucket_name(audit, "Bucket", "evidence-of-payment-keys"),
    schedule=Schedule.cron(day="1", hour="3", minute="0"),
    regions=["us-east-1", "eu-west-1"],
)

app.synth()
