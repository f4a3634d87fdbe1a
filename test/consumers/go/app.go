package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"
	keys "github.com/cdk-multi-region-payment-keys/cdk-multi-region-payment-keys-go/cdkmultiregionpaymentkeys"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	env := &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("us-east-1")}

	stack := awscdk.NewStack(app, jsii.String("Payments"), &awscdk.StackProps{Env: env})
	cvk := keys.NewMultiRegionPaymentKey(stack, jsii.String("Cvk"), &keys.MultiRegionPaymentKeyProps{
		Spec:               keys.PaymentKeySpec_CardVerification(nil),
		ReplicationRegions: jsii.Strings("us-west-2", "eu-west-1"),
	})
	awscdk.Tags_Of(cvk).Add(jsii.String("team"), jsii.String("cards"), nil)

	// What a user sees of an error.
	if os.Getenv("MISTAKE") != "" {
		defer func() { fmt.Println(recover()) }()
		keys.NewMultiRegionPaymentKey(stack, jsii.String("Mistake"), &keys.MultiRegionPaymentKeyProps{
			Spec:               keys.PaymentKeySpec_CardVerification(nil),
			ReplicationRegions: jsii.Strings("Oregon"),
		})
	}

	pins := awscdk.NewStack(app, jsii.String("Pins"), &awscdk.StackProps{Env: env})
	pek := keys.NewMultiRegionPaymentKey(pins, jsii.String("Pek"), &keys.MultiRegionPaymentKeyProps{
		Spec: keys.PaymentKeySpec_Of(&keys.PaymentKeySpecProps{
			Usage:     keys.PaymentKeyUsage_TR31_P0_PIN_ENCRYPTION_KEY(),
			Algorithm: keys.PaymentKeyAlgorithm_TDES_2KEY(),
			ModesOfUse: keys.PaymentKeyModesOfUse_Of(&keys.PaymentKeyModesOfUseOptions{
				Encrypt: jsii.Bool(true), Decrypt: jsii.Bool(true), Wrap: jsii.Bool(true), Unwrap: jsii.Bool(true),
			}),
		}),
		KeyCheckValueAlgorithm: keys.KeyCheckValueAlgorithm_ANSI_X9_24(),
		ReplicationRegions:     jsii.Strings("eu-west-1"),
		DeletionWindow:         awscdk.Duration_Days(jsii.Number(30)),
		RemovalPolicy:          awscdk.RemovalPolicy_DESTROY,
	})
	pek.AddAlias(jsii.String("alias/pin-encryption"), &keys.AddAliasOptions{Regions: jsii.Strings("eu-west-1")})
	issuer := awsiam.NewRole(pins, jsii.String("Issuer"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	pek.Grants().TranslatePinData(issuer)
	pek.Replica(jsii.String("eu-west-1")).Grants().VerifyPinData(issuer)
	acquirer := keys.MultiRegionPaymentKey_FromKeyAttributes(pins, jsii.String("Acquirer"), &keys.PaymentKeyAttributes{
		KeyId:              jsii.String("abcdefghijklmnop"),
		ReplicationRegions: jsii.Strings("eu-west-1"),
	})
	keys.NewRegionalTags(pins, jsii.String("AcquirerTags"), &keys.RegionalTagsProps{
		Key:  acquirer,
		Tags: &map[string]*string{"team": jsii.String("pins")},
	})
	awscdk.NewCfnOutput(pins, jsii.String("PekInIreland"), &awscdk.CfnOutputProps{Value: pek.KeyArnIn(jsii.String("eu-west-1"))})
	watch := keys.NewPaymentKeyWatch(pins, jsii.String("Watch"), &keys.PaymentKeyWatchProps{
		Interval: awscdk.Duration_Minutes(jsii.Number(30)),
	})
	watch.OnFinding(jsii.String("Finding"), nil)
	pek.ShareWith(awsiam.NewAccountPrincipal(jsii.String("444455556666")), &keys.PaymentKeyShareOptions{
		Operations: &[]keys.PaymentKeyOperation{keys.PaymentKeyOperation_VERIFY_PIN_DATA()},
	})

	zones := awscdk.NewStack(app, jsii.String("Zones"), &awscdk.StackProps{Env: env})
	kek := keys.MultiRegionPaymentKey_FromAliasName(zones, jsii.String("Kek"), jsii.String("alias/partner-kek"))
	secret := awssecretsmanager.Secret_FromSecretCompleteArn(zones, jsii.String("Block"),
		jsii.String("arn:aws:secretsmanager:us-east-1:111122223333:secret:payments/zmk-AbCdEf"))
	keys.NewMultiRegionPaymentKey(zones, jsii.String("Zmk"), &keys.MultiRegionPaymentKeyProps{
		Spec: keys.PaymentKeySpec_KeyBlockProtection(nil),
		Material: keys.KeyMaterial_Tr31(&keys.Tr31KeyMaterialProps{
			WrappingKey: kek,
			KeyBlock: keys.KeyBlock_FromSecret(secret, &keys.SecretKeyBlockOptions{
				VersionId: jsii.String("6b6b0b5c-7f0e-4c1c-9c52-2f3f6f1c7e01"),
			}),
		}),
		ExpectedKeyCheckValue: jsii.String("08D7B4"),
		ReplicationRegions:    jsii.Strings("us-west-2", "eu-west-1"),
	})

	acquiring := awscdk.NewStack(app, jsii.String("Acquiring"), &awscdk.StackProps{Env: env})
	zpk := keys.NewPaymentKeyRotation(acquiring, jsii.String("Zpk"), &keys.PaymentKeyRotationProps{
		Spec:               keys.PaymentKeySpec_PinEncryption(nil),
		AliasName:          jsii.String("alias/zpk"),
		Versions:           jsii.Strings("2025", "2026", "2027"),
		Current:            jsii.String("2026"),
		VersionOptions:     &map[string]*keys.PaymentKeyVersionOptions{"2027": {Enabled: jsii.Bool(false)}},
		ReplicationRegions: jsii.Strings("us-west-2", "eu-west-1"),
	})
	translator := awslambda.NewFunction(acquiring, jsii.String("Translator"), &awslambda.FunctionProps{
		Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => {};")),
		Handler: jsii.String("index.handler"),
		Runtime: awslambda.Runtime_NODEJS_22_X(),
	})
	zpk.KeyBehindAlias().Bind(translator, &keys.PaymentKeyBindingOptions{
		Operations:        &[]keys.PaymentKeyOperation{keys.PaymentKeyOperation_TRANSLATE_PIN_DATA()},
		EnvironmentPrefix: jsii.String("ZPK"),
	})
	partner := keys.MultiRegionPaymentKey_FromKeyAttributes(acquiring, jsii.String("Partner"), &keys.PaymentKeyAttributes{
		KeyId:              jsii.String("abcdefghijklmnop"),
		ReplicationRegions: jsii.Strings("eu-west-1"),
	})
	binding := partner.Bind(translator, &keys.PaymentKeyBindingOptions{
		Operations: &[]keys.PaymentKeyOperation{
			keys.PaymentKeyOperation_TRANSLATE_PIN_DATA(), keys.PaymentKeyOperation_Of(jsii.String("VerifyPinData")),
		},
		Regions: jsii.Strings("eu-west-1", "us-east-1"),
	})
	awscdk.NewCfnOutput(acquiring, jsii.String("PartnerRegions"), &awscdk.CfnOutputProps{Value: (*binding.Environment())["PAYMENT_KEY_REGIONS"]})
	awscdk.NewCfnOutput(acquiring, jsii.String("Next"), &awscdk.CfnOutputProps{Value: zpk.Version(jsii.String("2027")).KeyCheckValue()})

	audit := awscdk.NewStack(app, jsii.String("Audit"), &awscdk.StackProps{Env: env})
	keys.NewPaymentKeyInventory(audit, jsii.String("Inventory"), &keys.PaymentKeyInventoryProps{
		Bucket:   awss3.Bucket_FromBucketName(audit, jsii.String("Bucket"), jsii.String("evidence-of-payment-keys")),
		Schedule: awsevents.Schedule_Cron(&awsevents.CronOptions{Day: jsii.String("1"), Hour: jsii.String("3"), Minute: jsii.String("0")}),
		Regions:  jsii.Strings("us-east-1", "eu-west-1"),
	})

	app.Synth(nil)
}
