import { expect, test } from 'vitest';
import { parseImageReference } from './image-reference.ts';

test.each([
  ['nginx', 'nginx', null],
  ['nginx:1.25', 'nginx', '1.25'],
  ['docker.io/library/nginx:latest', 'docker.io/library/nginx', 'latest'],
  ['registry:5000/acme/web', 'registry:5000/acme/web', null],
  ['registry:5000/acme/web:1.2@sha256:ab', 'registry:5000/acme/web', '1.2'],
  ['quay.io/acme/app@sha256:ab', 'quay.io/acme/app', null],
  [`sha256:${'ab'.repeat(32)}`, null, null],
  ['ab'.repeat(32), null, null],
  ['', null, null],
])('of the image %s the repository is %s and the tag %s', (image, repository, tag) => {
  expect(parseImageReference(image)).toEqual({ repository, tag });
});
