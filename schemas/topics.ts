/** The topics, their keys and how long records stay. The names are fixed: other systems read them. */
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface Topic {
  readonly name: string;
  /** Partitions when this deployment creates the topic; the unit of scale and of order. */
  readonly partitions: number;
  readonly retentionMs: number;
  /** The newest record of each key stays, however old. */
  readonly compacted?: boolean;
}

export const topics = {
  /** EventBatch, key node. Retention must exceed the longest correlation window, so that windows can be rebuilt. */
  events: { name: 'ringfence.events.v1', partitions: 6, retentionMs: dayMs },
  /** ExternalBatch, key source: events of other people's sensors. */
  external: { name: 'ringfence.external.v1', partitions: 6, retentionMs: dayMs },
  /** Detection, key detection id. */
  detections: { name: 'ringfence.detections.v1', partitions: 3, retentionMs: 30 * dayMs },
  /** Command, signed, key node. */
  commands: { name: 'ringfence.commands.v1', partitions: 3, retentionMs: dayMs },
  /** Receipt, signed, key node. */
  receipts: { name: 'ringfence.receipts.v1', partitions: 3, retentionMs: 30 * dayMs },
  /**
   * Interest, signed, key interest/<group>; RuleManifest, signed, key rules/<group> or list/<group>/<name>; parts of what
   * it describes, signed, key <its key>/part/<sha256>. One partition: order counts.
   */
  rules: { name: 'ringfence.rules.v1', partitions: 1, retentionMs: dayMs, compacted: true },
  /** The original bytes of what could not be read, headers say where from and why. */
  eventsDlq: { name: 'ringfence.events.v1.dlq', partitions: 1, retentionMs: 7 * dayMs },
  externalDlq: { name: 'ringfence.external.v1.dlq', partitions: 1, retentionMs: 7 * dayMs },
  detectionsDlq: { name: 'ringfence.detections.v1.dlq', partitions: 1, retentionMs: 7 * dayMs },
  commandsDlq: { name: 'ringfence.commands.v1.dlq', partitions: 1, retentionMs: 7 * dayMs },
  receiptsDlq: { name: 'ringfence.receipts.v1.dlq', partitions: 1, retentionMs: 7 * dayMs },
} as const satisfies Record<string, Topic>;
