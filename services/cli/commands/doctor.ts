/** `ringfence doctor`: what this kernel allows, and how. Exit code 3 when not even processes can be observed. */
import { examine, type DoctorReport } from '../../collector/main.ts';
import { exit, print, type Command } from '../command.ts';

export const doctor: Command = {
  usage: '[--json]',
  summary: 'Tries every kernel hook by loading a program of its type, and says what can be observed and prevented here, and how.',
  options: { json: 'switch' },
  async run({ json }) {
    const report = await examine();
    if (json === true) print(JSON.stringify(report));
    else lines(report).forEach(print);
    return report.tiers.observe.process === 'none' ? exit.unsupported : exit.done;
  },
};

function lines(report: DoctorReport): string[] {
  return [
    `${column('kernel')}${report.kernel}`,
    `${column('cgroup v2')}${report.cgroup2 ?? 'not mounted'}`,
    `${column('BTF')}${report.btf ? 'yes' : 'no: CONFIG_DEBUG_INFO_BTF is needed'}`,
    `${column('capabilities')}${report.capabilities.length} (${['CAP_BPF', 'CAP_PERFMON', 'CAP_SYS_ADMIN'].map((name) => `${name} ${report.capabilities.includes(name) ? 'yes' : 'no'}`).join(', ')})`,
    '',
    ...report.hooks.map((hook) => `${column(hook.hook)}${hook.status}${hook.reason === undefined ? '' : `: ${hook.reason}`}`),
    '',
    ...Object.entries(report.tiers.observe).map(([name, tier]) => `${column(`observe ${name}`)}${tier}`),
    ...Object.entries(report.tiers.prevent).map(([name, tier]) => `${column(`prevent ${name}`)}${tier}`),
    ...memoryLines(report.memory),
  ];
}

function memoryLines(memory: DoctorReport['memory']): string[] {
  if (memory === null) return [];
  return [
    '',
    `${column('kernel memory')}${kib(memory.totalBytes)} of running sensors, of that ${kib(memory.perCpuBytes)} for each processor`,
    ...memory.maps.map(({ name, type, bytes, perCpuBytes }) => `${column(`  ${name}`)}${kib(bytes)}  ${type}${perCpuBytes === undefined ? '' : `, ${kib(perCpuBytes)} for each processor`}`),
  ];
}

const column = (text: string) => text.padEnd(36);
const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
