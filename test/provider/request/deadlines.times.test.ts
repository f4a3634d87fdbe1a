import { serviceTimeoutInMinutes } from '../../../src/provider/contract/envelope';
import { deadlineOf, deadlineOfHeir, endOfRollback, overdueAt } from '../../../src/provider/handler/request/deadlines';

const SENT = new Date('2026-11-28T12:00:00Z');
const minutesAfter = (time: number) => (time - SENT.getTime()) / 60_000;

test.each([1, 5, 30, 55])('of %d minutes: work, rollback, overdue, and then CloudFormation\'s own timeout', minutes => {
  const deadline = deadlineOf(SENT, minutes);
  expect(minutesAfter(deadline.getTime())).toBe(minutes + 1);
  expect(minutesAfter(endOfRollback(deadline.toISOString()))).toBe(minutes + 3);
  expect(minutesAfter(Date.parse(overdueAt(deadline.toISOString())))).toBe(minutes + 3.5);
  expect(minutes + 3.5).toBeLessThan(serviceTimeoutInMinutes(minutes));
});

test.each([[1, 12], [10, 12], [30, 32], [55, 57]])('whoever inherits, of %d minutes, has %d for its work, and is overdue before CloudFormation stops waiting', (minutes, expected) => {
  const deadline = deadlineOfHeir(SENT, minutes);
  expect(minutesAfter(deadline.getTime())).toBe(expected);
  expect(minutesAfter(Date.parse(overdueAt(deadline.toISOString())))).toBeLessThan(serviceTimeoutInMinutes(minutes));
});
