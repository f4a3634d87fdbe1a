import * as path from 'path';
import { Code, CodeConfig, ResourceBindOptions } from 'aws-cdk-lib/aws-lambda';
import { AssetStaging, CfnResource, FileAssetPackaging, Names, Stack } from 'aws-cdk-lib/core';
import {
  ASSET_RESOURCE_METADATA_ENABLED_CONTEXT, ASSET_RESOURCE_METADATA_IS_BUNDLED_KEY, ASSET_RESOURCE_METADATA_PATH_KEY,
  ASSET_RESOURCE_METADATA_PROPERTY_KEY,
} from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

/** The functions, each bundled into the package when that was built. */
const ASSETS = path.join(__dirname, '..', '..', 'lib', 'assets');

/**
 * What `Code.fromAsset` does, without the bucket that an asset offers to those who grant access to it: for that, the facts
 * of all Regions are loaded, a tenth of a synth.
 */
export class HandlerCode extends Code {
  private stagedPath?: string;

  /** @param entry the function, by the place of its source */
  constructor(private readonly entry: 'provider/handler/index' | 'provider/handler/watch' | 'inventory/handler/index') {
    super();
  }

  public override bind(scope: Construct): CodeConfig {
    const stack = Stack.of(scope);
    const staging = new AssetStaging(scope, 'Code', { sourcePath: path.join(ASSETS, this.entry) });
    this.stagedPath = staging.relativeStagedPath(stack);
    const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
      packaging: FileAssetPackaging.ZIP_DIRECTORY,
      sourceHash: staging.assetHash,
      fileName: this.stagedPath,
      displayName: Names.stackRelativeConstructPath(scope),
    });
    return { s3Location: { bucketName, objectKey } };
  }

  /** Where tools find the code: `cdk deploy --hotswap`, `sam local`. */
  public override bindToResource(resource: CfnResource, { resourceProperty = 'Code' }: ResourceBindOptions = {}): void {
    if (!resource.node.tryGetContext(ASSET_RESOURCE_METADATA_ENABLED_CONTEXT)) { return; }
    resource.addMetadata(ASSET_RESOURCE_METADATA_PATH_KEY, this.stagedPath);
    resource.addMetadata(ASSET_RESOURCE_METADATA_IS_BUNDLED_KEY, false);
    resource.addMetadata(ASSET_RESOURCE_METADATA_PROPERTY_KEY, resourceProperty);
  }
}
