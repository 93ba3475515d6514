/** Which program the dispatcher on tp_btf/sys_exit calls for which system call. */
import { BpfMap, type Program } from 'libbpf-ts';
import { syscallNumbers } from '#schemas/codec/syscalls.ts';
import { mapPin, type SensorPins } from './sensor-pins.ts';
import { u32 } from './map-bytes.ts';

const zeroKey = Buffer.alloc(4);

/** Enters a program for its system calls, or with null takes it out again. One caller at a time: it reads, then writes. */
export function passOn(pins: SensorPins, calls: readonly string[], program: Program | null): void {
  using handlers = BpfMap.openPinned(mapPin(pins, 'syscall_handlers'));
  using wanted = BpfMap.openPinned(mapPin(pins, 'syscalls_wanted'));
  const set = wanted.get(zeroKey)!;
  for (const name of calls) {
    const number = syscallNumbers[name];
    if (number === undefined) continue;
    if (program === null) handlers.delete(u32(number));
    else handlers.set(u32(number), u32(program.fd));
    set[number] = Number(program !== null);
  }
  wanted.set(zeroKey, set);
}
