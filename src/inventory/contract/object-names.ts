/** Work files of runs that have not ended stand in this folder, below the prefix. What else is there are the folders of complete runs. */
export const IN_PROGRESS_FOLDER = '.in-progress';

export const CSV_FILE = 'keys.csv';
export const JSON_LINES_FILE = 'keys.jsonl';
/** A run is complete if, and only if, its folder has this one. */
export const SUMMARY_FILE = 'summary.json';
