/** The priority of an aspect that sees what the app's code declared, before any other aspect changes or audits it. */
export const BEFORE_ALL_OTHERS = 0;
