/**
 * The programs of a sensor that are in the kernel, each held by a pin of its name. They come and go one by one with what
 * is of interest; one that stays is not touched, so that nothing is missed or told twice.
 */
import { existsSync, readdirSync, unlinkSync } from 'node:fs';
import { BpfMap, probeSection } from 'libbpf-ts';
import { passOn } from './dispatch.ts';
import type { KernelInterest } from './interest.ts';
import type { ObjectPrograms } from './load-programs.ts';
import { dispatcher, isWanted, programs, type ProgramSpec } from './programs.ts';
import { mapPin, programPin, programsDirectory, type SensorPins } from './sensor-pins.ts';

export class ProgramSet {
  private readonly pins: SensorPins;
  /** Section → whether this kernel has it. */
  private readonly probed = new Map<string, boolean>();

  constructor(pins: SensorPins) {
    this.pins = pins;
  }

  /** What is wanted and not there, in the order in which it has to be loaded. */
  missing(interest: KernelInterest): ObjectPrograms[] {
    const missing = wanted(interest).filter((program) => !existsSync(programPin(this.pins, program.name)) && this.isPossible(program));
    const objects = Map.groupBy(missing, (program) => program.object);
    // The dispatcher comes last: what it passes on to is there then.
    const inOrder = [...objects].sort(([one], [other]) => Number(one === dispatcher.object) - Number(other === dispatcher.object));
    return inOrder.map(([object, members]) => ({ object, programs: members }));
  }

  /** Detaches what nothing wants any more. Throws BpfError. */
  removeUnwanted(interest: KernelInterest): void {
    const stays = new Set(wanted(interest).map(({ name }) => name));
    for (const name of readdirSync(programsDirectory(this.pins))) {
      if (stays.has(name)) continue;
      const program = programs.find((each) => each.name === name);
      if (program?.hook.at === 'syscalls') passOn(this.pins, program.hook.names, null);
      unlinkSync(programPin(this.pins, name));
      for (const map of program?.forgets ?? []) empty(mapPin(this.pins, map));
    }
  }

  /** Some hooks are not in every kernel. Asked once: the kernel stays, and each answer costs the loading of a program. */
  private isPossible({ needs }: ProgramSpec): boolean {
    if (needs === undefined) return true;
    const known = this.probed.get(needs) ?? probeSection(needs).status === 'ok';
    this.probed.set(needs, known);
    return known;
  }
}

function wanted(interest: KernelInterest): ProgramSpec[] {
  const all = programs.filter((program) => isWanted(program, interest));
  return all.some(({ hook }) => hook.at === 'syscalls') ? [...all, dispatcher] : all;
}

function empty(path: string): void {
  using map = BpfMap.openPinned(path);
  for (const key of [...map.keys()]) map.delete(key);
}
