/** What a sweep counts: resources that differ from their declaration, that could not be compared, and all that were looked at. */
export const WATCH_METRICS = ['OutOfSync', 'NotWatched', 'Watched'] as const;

export type WatchMetric = typeof WATCH_METRICS[number];

export const WATCH_DIMENSION = 'Watch';

/** The codes of the lines that a watch logs besides those of findings, and what each says. They are stable: queries of users match them. */
export const WATCH_LOG_CODES = {
  WATCHED: 'a watch looked at a resource; `regions` has the states of a key in its Regions',
  SWEEP_COMPLETE: 'a watch looked at every watched resource; how many are not as declared, and how many could not be compared',
} as const;

/** Environment variables of the function that watches, besides those of the provider's function. */
export const WATCH_NAME_VARIABLE = 'WATCH_NAME';
export const WATCH_INTERVAL_VARIABLE = 'WATCH_INTERVAL_SECONDS';
/** Whether the rule names the resources that are watched, or all of the stack are. */
export const WATCH_SCOPE_VARIABLE = 'WATCH_SCOPE';
export type WatchScope = 'listed' | 'stack';
export const METRIC_NAMESPACE_VARIABLE = 'METRIC_NAMESPACE';
export const EVENT_BUS_VARIABLE = 'EVENT_BUS_ARN';

/** What the ids of a watch's items in the provider's table begin with. Its permission to write is limited to these. */
export const SWEEP_ID_PREFIX = 'watch/';

/** The function's timeout, the longest of AWS Lambda. */
export const WATCH_TIMEOUT_MINUTES = 15;

/** Minutes between the beginnings of two sweeps. */
export const WATCH_INTERVAL = { least: 5, most: 24 * 60, standard: 60 };

/** Characters of the input of a rule's target (EventBridge quotas), which names the watched resources. */
export const LONGEST_TARGET_INPUT = 8_192;
