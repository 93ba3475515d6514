import { expect, test } from 'vitest';
import { codec } from '#schemas/codec/codec.ts';
import { ExternalBatchScan } from '#schemas/codec/event-scan.ts';
import { engineFields } from '../engine-fields.ts';
import { AvroSource } from '../match/avro-source.ts';
import { compileRules } from '../match/program.ts';
import { conditionOver, ruleOf, type CaseCondition } from '../match/rule-case.ts';

const windows = { product: 'windows' };
const table = engineFields([windows]);

/** Of each event in turn: the values of these names, and all texts that keywords search. */
function readEach(events: readonly Record<string, string>[], names: readonly string[]): { values: unknown[]; texts: string[] }[] {
  const record = codec('external_batch').encode({
    source: 'desk', stream: 'log', events: events.map((fields, seq) => ({ seq, time: 0n, category: null, product: 'windows', service: null, fields })),
  });
  const scan = new ExternalBatchScan(record);
  const source = new AvroSource();
  const slots = names.map((name) => source.slotOf(table.resolve(windows, name)!));
  const every = source.slotOf(table.everyValue(windows)!);
  return events.map(() => {
    scan.walk.next();
    source.beginExternal(scan);
    const texts: string[] = [];
    expect(source.locateEach(every, (bytes, start, end) => texts.push(Buffer.from(bytes).toString('utf8', start, end)))).toBe(true);
    const located = slots.map((slot) => (source.locate(slot) ? Buffer.from(source.bytes).toString('utf8', source.start, source.end) : undefined));
    expect(slots.map((slot) => source.value(slot))).toEqual(located);
    return { values: located, texts };
  });
}

test('fields are found whatever order they come in, and however often it changes', () => {
  const events = [{ Image: 'a', User: 'b' }, { User: 'c', Image: 'd' }, { Image: 'e' }, { Imagf: 'f', User: 'g' }, {}, { Image: 'h', User: 'i' }];
  expect(readEach(events, ['Image', 'User', 'Product'])).toEqual(events.map((fields: Record<string, string>) => ({ values: [fields['Image'], fields['User'], undefined], texts: Object.values(fields) })));
});

test('an event may have more fields than places are remembered for', () => {
  const fields = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`Field${index}`, `value ${index}`]));
  const names = ['Field0', 'Field63', 'Field64', 'Field199', 'Field200'];
  const expected = { values: names.map((name) => fields[name]), texts: Object.values(fields) };
  expect(readEach([fields, { Field64: 'x' }, fields], names)).toEqual([expected, { values: [undefined, undefined, 'x', undefined, undefined], texts: ['x'] }, expected]);
});

test.each([63, 64, 8_191, 8_192, 100_000])('a value of %i bytes is read whole', (length) => {
  const fields = { CommandLine: 'x'.repeat(length), Image: 'behind' };
  expect(readEach([fields], ['CommandLine', 'Image'])).toEqual([{ values: Object.values(fields), texts: Object.values(fields) }]);
});

test.each(['aaaa', '__proto__'])('a sender\'s key that counts for nothing is no word for keywords: %s', (key) => {
  const has = (text: string): CaseCondition => ({ kind: 'test', field: '*', every: false, match: { kind: 'contains', text, cased: false } });
  const conditions: CaseCondition[] = [has('harmless'), has('mimikatz'), { kind: 'and', of: [has('harmless'), { kind: 'not', of: has('mimikatz') }] }];
  const rules = conditions.map((condition, number) => ruleOf(String(number), windows, conditionOver(condition, () => table.everyValue(windows))));
  // Of two keys that are the same the last one counts; to write them, one is encoded under another name.
  const placeholder = 'k'.repeat(key.length);
  const fields = { [placeholder]: 'mimikatz', aaaa: 'harmless' };
  const record = codec('external_batch').encode({ source: 'desk', stream: 'log', events: [{ seq: 0, time: 0n, category: null, product: 'windows', service: null, fields }] });
  record.write(key, record.indexOf(placeholder));
  const matches = [true, false].map((index) => {
    const source = new AvroSource();
    const program = compileRules(rules, source, { index });
    const scan = new ExternalBatchScan(record);
    scan.walk.next();
    source.beginExternal(scan);
    return program.match([windows]).map(({ label }) => label);
  });
  expect(matches).toEqual([['0', '2'], ['0', '2']]);
});
