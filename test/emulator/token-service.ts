import { Operations } from './operations/operation';
import { Context } from './service';

/** The operation of the Security Token Service that programs ask before anything else: which account am I in? */
function getCallerIdentity({ service, accessKeyId }: Context): object {
  const { account } = service.options;
  return {
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: { Arn: `arn:aws:iam::${account}:user/${accessKeyId}`, UserId: accessKeyId, Account: account },
      ResponseMetadata: { RequestId: '00000000-0000-0000-0000-000000000000' },
    },
  };
}

export const tokenOperations: Operations = { GetCallerIdentity: getCallerIdentity };
