/** A quota of the account in each Region. */
export type QuotaName = 'control plane' | 'data plane, symmetric' | 'data plane, asymmetric';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Requests per second, per Region, as a token bucket that holds one second's worth, or another burst. */
export class RequestQuota {
  private readonly buckets = new Map<string, Bucket>();
  /** A bucket below one request could never let one through. */
  private readonly capacity: number;

  constructor(private readonly perSecond: number, burst: number = perSecond) {
    this.capacity = Math.max(1, burst);
  }

  /** Whether the request fits. One that does not fit takes nothing. */
  take(region: string, now: number): boolean {
    if (this.perSecond === Infinity) return true;
    const bucket = this.buckets.get(region) ?? { tokens: this.capacity, filledAt: now };
    this.buckets.set(region, bucket);
    const refill = Math.max(0, now - bucket.filledAt) / 1000 * this.perSecond;
    bucket.tokens = Math.min(this.capacity, bucket.tokens + refill);
    bucket.filledAt = now;
    // Refills of fractions of a token must add up to one.
    if (bucket.tokens < 1 - 1e-9) return false;
    bucket.tokens -= 1;
    return true;
  }

  clear(): void {
    this.buckets.clear();
  }
}
