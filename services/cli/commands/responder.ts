/** `ringfence responder`. */
import { responderSettings, main } from '../../responder/main.ts';
import { service } from './service.ts';

export const responder = service('Answers detections by playbooks: signed commands.', responderSettings, main);
