/** What a benchmark tells: a table for people, figures for programs. */
export interface Topic {
  readonly title: string;
  readonly text: string;
  readonly figures: unknown;
}
