/** `ringfence engine`. */
import { engineSettings, main } from '../../engine/main.ts';
import { service } from './service.ts';

export const engine = service('Judges events by rules: detections.', engineSettings, main);
