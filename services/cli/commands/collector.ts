/** `ringfence collector`. */
import { collectorSettings, main } from '../../collector/main.ts';
import { service } from './service.ts';

export const collector = service('Watches this node: kernel events to the event log, commands to acts.', collectorSettings, main);
