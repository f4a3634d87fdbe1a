import io.github.cdkmultiregionpaymentkeys.AddAliasOptions;
import io.github.cdkmultiregionpaymentkeys.IPaymentKey;
import io.github.cdkmultiregionpaymentkeys.KeyCheckValueAlgorithm;
import io.github.cdkmultiregionpaymentkeys.MultiRegionPaymentKey;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyAlgorithm;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyAttributes;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyModesOfUse;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyModesOfUseOptions;
import io.github.cdkmultiregionpaymentkeys.PaymentKeySpec;
import io.github.cdkmultiregionpaymentkeys.PaymentKeySpecProps;
import io.github.cdkmultiregionpaymentkeys.PaymentKeyUsage;
import io.github.cdkmultiregionpaymentkeys.RegionalTags;
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
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;

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

    app.synth();
  }
}
