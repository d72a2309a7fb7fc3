import type { Checks } from '../../checks/read-props';
import * as check from '../../checks/values';
import { type Duration, seconds } from '../../kubernetes/duration';

/** A topic that is created, and kept as it says. */
export interface TopicProps {
  /** In how many partitions it is split; more may be added later, fewer never. @defaultValue `partitions` of the Kafka */
  readonly partitions?: number;
  /**
   * How many members have a copy of each partition.
   * @defaultValue 3, or as many as there are members
   */
  readonly replicas?: number;
  /** How long messages are kept. @defaultValue as the brokers say */
  readonly retention?: Duration;
  /**
   * Further settings of the topic: `{ 'cleanup.policy': 'compact' }`.
   * @defaultValue none
   * @see https://kafka.apache.org/documentation/#topicconfigs
   */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

export type Topics = Readonly<Record<string, TopicProps>>;

const topicName = check.matching(
  (value) => check.isText(value) && /^(?!\.{1,2}$)[\w.-]{1,249}$/.test(value),
  'a topic: letters, digits, dashes, underscores and dots',
);

const settingValue = check.matching(
  (value) => ['number', 'boolean'].includes(typeof value) || (check.isText(value) && /^[^\s[\]]+$/.test(value)),
  'text without blanks and brackets, a number, true or false',
);

const topicChecks: Checks<TopicProps> = {
  partitions: check.optional(check.integer(1, 10_000)),
  replicas: check.optional(check.integer(1, 99)),
  retention: check.optional(check.positiveDuration),
  settings: check.optional(
    check.mapOf(
      check.matching((value) => check.isText(value) && /^[a-z][a-z.]*$/.test(value), 'the name of a setting'),
      settingValue,
    ),
  ),
};

export const topicsCheck = check.mapOf(topicName, check.fields(topicChecks as Record<string, check.Check>));

/** What stands where a topic does not say. */
export interface TopicDefaults {
  readonly partitions: number;
  readonly replicas: number;
}

/** `orders 12 3 min.insync.replicas=2,retention.ms=86400000` for each topic, by name. */
export function topicLines(topics: Topics, defaults: TopicDefaults): string {
  return Object.entries(topics)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, topic]) => {
      const { partitions = defaults.partitions, replicas = defaults.replicas, retention, settings } = topic;
      const all = {
        // What is acknowledged is on two members at least, and one may be away.
        'min.insync.replicas': Math.max(1, replicas - 1),
        ...(retention === undefined ? {} : { 'retention.ms': Math.round(seconds(retention) * 1_000) }),
        ...settings,
      };
      // The tool takes a value with commas in brackets.
      const written = (value: unknown) => (String(value).includes(',') ? `[${value}]` : value);
      const list = Object.entries(all).map(([key, value]) => `${key}=${written(value)}`);
      return `${name} ${partitions} ${replicas} ${list.join(',')}`;
    })
    .join('\n');
}

/** What is wrong although every topic for itself is right. */
export function topicProblems(topics: Topics, members: number): string[] {
  return Object.entries(topics)
    .filter(([, { replicas = 1 }]) => replicas > members)
    .map(
      ([name, { replicas }]) =>
        `'topics.${name}.replicas': must be at most ${members}, the number of members, got ${replicas}`,
    );
}
