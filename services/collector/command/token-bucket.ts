/** At most `perMinute` on average, at most `burst` at once. */
export class TokenBucket {
  private readonly perMinute: number;
  private readonly burst: number;
  private tokens: number;
  private updatedMs: number;

  constructor(perMinute: number, burst: number, nowMs: number) {
    this.perMinute = perMinute;
    this.burst = burst;
    this.tokens = burst;
    this.updatedMs = nowMs;
  }

  /** Takes one when there is one. `nowMs` is monotonic. */
  take(nowMs: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + ((nowMs - this.updatedMs) * this.perMinute) / 60_000);
    this.updatedMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
