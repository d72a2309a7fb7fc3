import type { CronJobSpec } from 'kubernetes-types/batch/v1';
import { type ClockChange, clockChanges } from '../model/clock-changes';
import { startsAt } from '../model/cron';
import { manifestsOf } from '../model/manifests';
import type { Rule, Violation } from './rule';

/** Of these one start more or less is noticed; what runs more often comes again within hours. */
const FEW_HOURS = 2;

/**
 * Where clocks are changed, one hour of a year does not exist, and what should start in it is left out; another hour
 * comes twice.
 *
 * @see https://pkg.go.dev/github.com/robfig/cron/v3#hdr-Time_zones
 */
export const dstGap: Rule = {
  id: 'dst-gap',
  severity: 'warning',
  summary: 'No schedule starts in the hour that its time zone skips or repeats.',
  *check(system) {
    for (const { path, manifest } of manifestsOf(system).ofKind('CronJob')) {
      const { schedule, timeZone }: Partial<CronJobSpec> = manifest.spec ?? {};
      if (typeof schedule !== 'string' || typeof timeZone !== 'string' || /^(?:Etc\/|UTC$)/.test(timeZone)) continue;
      yield* aboutSchedule(path, schedule, timeZone);
    }
  },
};

function* aboutSchedule(path: string, schedule: string, timeZone: string): Iterable<Violation> {
  const starts = startsAt(schedule);
  if (starts === undefined || starts.hours > FEW_HOURS) return;
  const hits = changesOf(timeZone).flatMap((change) => {
    const minute = minutesIn(change).find(starts.matches);
    return minute === undefined ? [] : [{ change, minute }];
  });
  const skipped = hits.find(({ change }) => change.kind === 'skipped');
  const repeated = hits.find(({ change }) => change.kind === 'repeated');
  const [first] = [skipped, repeated].filter((hit) => hit !== undefined);
  if (first === undefined) return;
  const what = [
    skipped &&
      `is left out on ${dayOf(skipped.minute)}, when ${timeOf(skipped.change.from)} is followed by ${timeOf(skipped.change.to)}`,
    repeated &&
      `starts twice on ${dayOf(repeated.minute)}, when the clocks go back from ${timeOf(repeated.change.to)} to ${timeOf(repeated.change.from)}`,
  ].filter((text) => text !== undefined);
  yield {
    path,
    message: `${schedule} in ${timeZone} ${what.join(', and ')}`,
    fix: `a time outside of ${timeOf(first.change.from)} to ${timeOf(first.change.to)}, such as ${timeOf(first.change.to + (first.minute % 60))}, or timeZone: 'Etc/UTC'`,
  };
}

function changesOf(timeZone: string): readonly ClockChange[] {
  try {
    return clockChanges(timeZone);
  } catch {
    // No zone that is known here: the API server says so.
    return [];
  }
}

const minutesIn = ({ from, to }: ClockChange): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const iso = (minutes: number): string => new Date(minutes * 60_000).toISOString();
const dayOf = (minutes: number): string => iso(minutes).slice(0, 10);
const timeOf = (minutes: number): string => iso(minutes).slice(11, 16);
