# What a key custodian does before an import, by the commands of docs/import.md. Prints what the deployer is told.
set -eu
create() {
  "$AWS" payment-cryptography create-key --exportable --key-attributes "$1" --query "$2" --output text
}
kek=$(create 'KeyAlgorithm=AES_128,KeyUsage=TR31_K1_KEY_BLOCK_PROTECTION_KEY,KeyClass=SYMMETRIC_KEY,KeyModesOfUse={Encrypt=true,Decrypt=true,Wrap=true,Unwrap=true}' Key.KeyArn)
"$AWS" payment-cryptography create-alias --alias-name alias/partner-kek --key-arn "$kek" --query Alias.AliasName --output text > alias.txt
set -- $(create 'KeyAlgorithm=TDES_2KEY,KeyUsage=TR31_C0_CARD_VERIFICATION_KEY,KeyClass=SYMMETRIC_KEY,KeyModesOfUse={Generate=true,Verify=true}' 'Key.[KeyArn,KeyCheckValue]')
cvk=$1
check_value=$2
"$AWS" payment-cryptography export-key --export-key-identifier "$cvk" --key-material "Tr31KeyBlock={WrappingKeyIdentifier=$kek}" --query WrappedKey.KeyMaterial --output text > cvk.tr31
set -- $("$AWS" secretsmanager create-secret --name payments/cvk --secret-string file://cvk.tr31 --query '[ARN,VersionId]' --output text)
parameter_version=$("$AWS" ssm put-parameter --type SecureString --name /payments/cvk --value file://cvk.tr31 --query Version --output text)
echo "-c secret=$1 -c secretVersion=$2 -c parameterVersion=$parameter_version -c checkValue=$check_value"
