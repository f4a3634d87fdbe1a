/** The value with which CloudFormation makes a record, and which the handler never writes. */
export const EMPTY_RECORD = '{}';
