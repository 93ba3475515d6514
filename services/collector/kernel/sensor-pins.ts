/** Where a sensor's maps and programs are pinned: see sensor.ts. Plain data, so that it can be passed to another thread. */
import { join } from 'node:path';

export interface SensorPins {
  /** Of the instance. */
  readonly directory: string;
  /** Below it: of this generation. */
  readonly generation: string;
}

/** By number. */
export const ringMaps = ['process_ring', 'event_ring'] as const;

/** Of all generations. */
export const sharedMaps: readonly string[] = ['ring_states', 'active_generation'];

export function mapPin({ directory, generation }: SensorPins, map: string): string {
  if (sharedMaps.includes(map)) return join(directory, map);
  return (ringMaps as readonly string[]).includes(map) ? join(generation, map) : join(generation, 'maps', map);
}

export function programsDirectory({ generation }: SensorPins): string {
  return join(generation, 'programs');
}

export function programPin(pins: SensorPins, program: string): string {
  return join(programsDirectory(pins), program);
}
