import type { Clock } from "./world.ts";

/** A day in milliseconds. */
export const dayMs = 24 * 60 * 60 * 1000;

/** The machine's time, and how far it was moved forward. */
export class MovedClock implements Clock {
  #offsetMs = 0;

  /** Returns the emulator's time. */
  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  /** Moves the time forward. */
  advance(milliseconds: number): void {
    this.#offsetMs += milliseconds;
  }
}
