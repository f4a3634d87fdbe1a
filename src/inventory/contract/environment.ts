/** Environment variables of the function. */
export const BUCKET_VARIABLE = 'BUCKET_NAME';
/** The account of the bucket. One of the same name in another account is not written to. */
export const BUCKET_OWNER_VARIABLE = 'BUCKET_OWNER';
/** What stands before every object, without a slash at its end. */
export const PREFIX_VARIABLE = 'PREFIX';
/** The Regions of runs that begin from now on, with commas between them. */
export const REGIONS_VARIABLE = 'INVENTORY_REGIONS';
export const ACCOUNT_VARIABLE = 'ACCOUNT_ID';
export const VERSION_VARIABLE = 'LIBRARY_VERSION';

/** As long as Lambda lets a function run: nearly all of it is waiting for the next request. */
export const FUNCTION_TIMEOUT_SECONDS = 900;
