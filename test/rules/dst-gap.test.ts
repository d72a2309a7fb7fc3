import { dstGap } from '../../lib/rules/dst-gap';
import { Shop } from '../support/rules';

function said(schedule: string, timeZone: string | undefined): string[] {
  const shop = Shop.create();
  shop.foreign('report', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report' },
    spec: { schedule, timeZone, jobTemplate: {} },
  });
  return shop.violations(dstGap).map(({ message, fix }) => `${message} -> ${fix}`);
}

test.each([
  ['30 2 * * *', undefined],
  ['30 2 * * *', 'Etc/UTC'],
  ['30 2 * * *', 'Asia/Tokyo'],
  ['30 1 * * *', 'Europe/Berlin'],
  ['30 3 * * *', 'Europe/Berlin'],
  ['0 4 * * *', 'Europe/Berlin'],
  // Clocks are changed on Sundays, and never on the tenth of a month.
  ['30 2 * * 1-5', 'Europe/Berlin'],
  ['30 2 10 * *', 'Europe/Berlin'],
  ['30 2 * 7 *', 'Europe/Berlin'],
  // Another run follows within hours.
  ['0 */2 * * *', 'Europe/Berlin'],
  ['*/5 * * * *', 'Europe/Berlin'],
  ['@every 24h', 'Europe/Berlin'],
  ['30 2 * * *', 'Nowhere/Land'],
])('says nothing of %s in %s', (schedule, timeZone) => {
  expect(said(schedule, timeZone)).toEqual([]);
});

test('a time that does not exist on one day and comes twice on another', () => {
  expect(said('30 2 * * *', 'Europe/Berlin')).toEqual([
    '30 2 * * * in Europe/Berlin is left out on 2026-03-29, when 02:00 is followed by 03:00, and starts twice on 2026-10-25, when the clocks go back from 03:00 to 02:00 -> ' +
      "a time outside of 02:00 to 03:00, such as 03:30, or timeZone: 'Etc/UTC'",
  ]);
});

test.each([
  // Clocks go forward from 02:00 and back to 01:00.
  ['15 1 * * *', 'America/New_York', 'starts twice on 2026-11-01, when the clocks go back from 02:00 to 01:00'],
  ['@daily', 'Africa/Cairo', 'is left out on 2026-04-24, when 00:00 is followed by 01:00'],
  ['0 2,14 * * 0', 'Australia/Sydney', 'is left out on 2026-10-04'],
  // Half an hour only.
  ['10 2 * * *', 'Australia/Lord_Howe', 'is left out on 2026-10-04, when 02:00 is followed by 02:30'],
])('%s in %s', (schedule, timeZone, expected) => {
  expect(said(schedule, timeZone)).toEqual([expect.stringContaining(expected)]);
});
