/** The item of the rate limiter of one Region's control plane, in the provider's table, under `quota/<Region>`. */
export interface LimiterItem {
  /** Number of the ticket drawn last. */
  readonly drawn: number;
  /** When that was, in milliseconds since 1970. */
  readonly drawnAt: number;
  /** Absent until somebody had to anchor. */
  readonly anchor?: Anchor;
}

/** From it follows when each ticket is due: `time + (ticket - anchor's ticket) * distance`. */
export interface Anchor {
  /** One more with each new anchor. A throttled request may set a new one only in place of the one it followed. */
  readonly epoch: number;
  readonly ticket: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Milliseconds between tickets. */
  readonly distance: number;
  /** When the distance last changed, in milliseconds since 1970. */
  readonly distanceChangedAt: number;
}

/** Each method is one request and throws `ServiceFault`, nothing else. */
export interface LimiterTable {
  /** Draws the next ticket, unconditionally, in one atomic update (`ADD drawn 1`, `SET drawnAt`). Answers with the new number and the item as it was before. */
  draw(region: string, now: number): Promise<{ readonly ticket: number; readonly before: LimiterItem | undefined }>;
  readLimiter(region: string): Promise<LimiterItem | undefined>;
  /**
   * Sets the anchor if the one that is there has the epoch before it (none counts as epoch 0). Answers with the anchor as it
   * is now, whoever set it; `undefined` when there is none although its epoch is not 1, because the item was lost.
   */
  anchor(region: string, anchor: Anchor): Promise<Anchor | undefined>;
}
