import io.github.cdkmultiregionpaymentkeys.AddAliasOptions;
import io.github.cdkmultiregionpaymentkeys.IPaymentKey;
import io.github.cdkmultiregionpaymentkeys.KeyBlock;
import io.github.cdkmultiregionpaymentkeys.KeyCheckValueAlgorithm;
import io.github.cdkmultiregionpaymentkeys.KeyMaterial;
import io.github.cdkmultiregionpaymentkeys.MultiRegionPaymentKey;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyAlgorithm;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyAttributes;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyBinding;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyBindingOptions;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyInventory;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyModesOfUse;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyModesOfUseOptions;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyOperation;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyRotation;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyShareOptions;
import io.github.cdkmultiregionpaymentkeys.PaymentKeySpec;
import io.github.cdkmultiregionpaymentkeys.PaymentKeySpecProps;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyUsage;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyVersionOptions;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyWatch;
import io.github.cdkmultiregionpaymentkeys.RegionalTags;
import io.github.cdkmultiregionpaymentkeys.SecretKeyBlockOptions;
import io.github.cdkmultiregionpaymentkeys.Tr31KeyMaterialProps;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.events.CronOptions;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;

public final class Main {
  public static void main(final String[] args) {
    App app = new App();
    StackProps props = StackProps.builder()
        .env(Environment.builder().account("111122223333").region("us-east-1").build())
        .build();

    Stack stack = new Stack(app, "Payments", props);
    MultiRegionPaymentKey cvk = MultiRegionPaymentKey.Builder.create(stack, "Cvk")
        .spec(PaymentKeySpec.cardVerification())
        .replicationRegions(List.of("us-west-2", "eu-west-1"))
        .build();
    Tags.of(cvk).add("team", "cards");

    // What a user sees of an error.
    if (System.getenv("MISTAKE") != null) {
      try {
        MultiRegionPaymentKey.Builder.create(stack, "Mistake")
            .spec(PaymentKeySpec.cardVerification())
            .replicationRegions(List.of("Oregon"))
            .build();
      } catch (RuntimeException error) {
        System.out.println(error.getMessage());
        return;
      }
    }

    Stack pins = new Stack(app, "Pins", props);
    MultiRegionPaymentKey pek = MultiRegionPaymentKey.Builder.create(pins, "Pek")
        .spec(PaymentKeySpec.of(PaymentKeySpecProps.builder()
            .usage(PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY)
            .algorithm(PaymentKeyAlgorithm.TDES_2_KEY)
            .modesOfUse(PaymentKeyModesOfUse.of(PaymentKeyModesOfUseOptions.builder()
                .encrypt(true).decrypt(true).wrap(true).unwrap(true)
                .build()))
            .build()))
        .keyCheckValueAlgorithm(KeyCheckValueAlgorithm.ANSI_X9_24)
        .replicationRegions(List.of("eu-west-1"))
        .deletionWindow(Duration.days(30))
        .removalPolicy(RemovalPolicy.DESTROY)
        .build();
    pek.addAlias("alias/pin-encryption", AddAliasOptions.builder().regions(List.of("eu-west-1")).build());
    Role issuer = Role.Builder.create(pins, "Issuer").assumedBy(new ServicePrincipal("lambda.amazonaws.com")).build();
    pek.getGrants().translatePinData(issuer);
    pek.replica("eu-west-1").getGrants().verifyPinData(issuer);
    IPaymentKey acquirer = MultiRegionPaymentKey.fromKeyAttributes(pins, "Acquirer", PaymentKeyAttributes.builder()
        .keyId("abcdefghijklmnop")
        .replicationRegions(List.of("eu-west-1"))
        .build());
    RegionalTags.Builder.create(pins, "AcquirerTags").key(acquirer).tags(Map.of("team", "pins")).build();
    CfnOutput.Builder.create(pins, "PekInIreland").value(pek.keyArnIn("eu-west-1")).build();
    PaymentKeyWatch watch = PaymentKeyWatch.Builder.create(pins, "Watch").interval(Duration.minutes(30)).build();
    watch.onFinding("Finding");
    pek.shareWith(new AccountPrincipal("444455556666"), PaymentKeyShareOptions.builder()
        .operations(List.of(PaymentKeyOperation.VERIFY_PIN_DATA))
        .build());

    Stack zones = new Stack(app, "Zones", props);
    IPaymentKey kek = MultiRegionPaymentKey.fromAliasName(zones, "Kek", "alias/partner-kek");
    ISecret secret = Secret.fromSecretCompleteArn(zones, "Block",
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:payments/zmk-AbCdEf");
    MultiRegionPaymentKey.Builder.create(zones, "Zmk")
        .spec(PaymentKeySpec.keyBlockProtection())
        .material(KeyMaterial.tr31(Tr31KeyMaterialProps.builder()
            .wrappingKey(kek)
            .keyBlock(KeyBlock.fromSecret(secret, SecretKeyBlockOptions.builder()
                .versionId("6b6b0b5c-7f0e-4c1c-9c52-2f3f6f1c7e01")
                .build()))
            .build()))
        .expectedKeyCheckValue("08D7B4")
        .replicationRegions(List.of("us-west-2", "eu-west-1"))
        .build();

    Stack acquiring = new Stack(app, "Acquiring", props);
    PaymentKeyRotation zpk = PaymentKeyRotation.Builder.create(acquiring, "Zpk")
        .spec(PaymentKeySpec.pinEncryption())
        .aliasName("alias/zpk")
        .versions(List.of("2025", "2026", "2027"))
        .current("2026")
        .versionOptions(Map.of("2027", PaymentKeyVersionOptions.builder().enabled(false).build()))
        .replicationRegions(List.of("us-west-2", "eu-west-1"))
        .build();
    Function translator = Function.Builder.create(acquiring, "Translator")
        .code(Code.fromInline("exports.handler = async () => {};"))
        .handler("index.handler")
        .runtime(Runtime.NODEJS_22_X)
        .build();
    zpk.getKeyBehindAlias().bind(translator, PaymentKeyBindingOptions.builder()
        .operations(List.of(PaymentKeyOperation.TRANSLATE_PIN_DATA))
        .environmentPrefix("ZPK")
        .build());
    IPaymentKey partner = MultiRegionPaymentKey.fromKeyAttributes(acquiring, "Partner", PaymentKeyAttributes.builder()
        .keyId("abcdefghijklmnop")
        .replicationRegions(List.of("eu-west-1"))
        .build());
    PaymentKeyBinding binding = partner.bind(translator, PaymentKeyBindingOptions.builder()
        .operations(List.of(PaymentKeyOperation.TRANSLATE_PIN_DATA, PaymentKeyOperation.of("VerifyPinData")))
        .regions(List.of("eu-west-1", "us-east-1"))
        .build());
    CfnOutput.Builder.create(acquiring, "PartnerRegions").value(binding.getEnvironment().get("PAYMENT_KEY_REGIONS")).build();
    CfnOutput.Builder.create(acquiring, "Next").value(zpk.version("2027").getKeyCheckValue()).build();

    Stack audit = new Stack(app, "Audit", props);
    PaymentKeyInventory.Builder.create(audit, "Inventory")
        .bucket(Bucket.fromBucketName(audit, "Bucket", "evidence-of-payment-keys"))
        .schedule(Schedule.cron(CronOptions.builder().day("1").hour("3").minute("0").build()))
        .regions(List.of("us-east-1", "eu-west-1"))
        .build();

    app.synth();
  }
}
