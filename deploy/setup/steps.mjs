/**
 * The steps of set-up, in the order in which each needs the ones before it. The packages come first, since whoever is not
 * allowed to install them should hear so at once.
 */
import { addonSteps } from './steps/addons.mjs';
import { kafkaStep } from './steps/kafka.mjs';
import { modulesStep } from './steps/modules.mjs';
import { nodeStep } from './steps/node.mjs';
import { packagesToBuild, packagesToRunContainers, packagesToRunMachines, packagesToTest } from './steps/packages.mjs';
import { programsStep } from './steps/programs.mjs';

export const stepsToRun = [packagesToBuild, nodeStep, modulesStep, ...addonSteps, programsStep];
/** A capture is replayed without the kernel's part, and so without root. */
export const stepsToReplay = [nodeStep, modulesStep];
export const stepsToTest = [packagesToTest, packagesToRunContainers, packagesToRunMachines, nodeStep, modulesStep, ...addonSteps, programsStep, kafkaStep];
/** Tests of the kernel need no servers. */
export const stepsToTestKernels = [packagesToBuild, packagesToRunMachines, nodeStep, modulesStep, ...addonSteps, programsStep];
