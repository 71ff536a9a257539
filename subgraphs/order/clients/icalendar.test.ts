import { expect, test } from '@jest/globals';
import { readCalendar, writeCalendar } from './icalendar.ts';

const now = new Date('2027-01-01T00:00:00.000Z');
const shanghai = 'Asia/Shanghai';
const read = (lines: string, until = '2028-01-01') =>
  readCalendar(
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n${lines.trim().replaceAll('\n', '\r\n')}\r\nEND:VCALENDAR\r\n`,
    shanghai,
    until,
  );
const event = (lines: string) => read(`BEGIN:VEVENT\nUID:1\n${lines}\nEND:VEVENT`);

test('what is written is read again', () => {
  const taken = [
    { from: '2027-02-28', to: '2027-03-02' },
    { from: '2027-03-05', to: '2027-03-06' },
  ];
  const text = writeCalendar({ homestayId: 'lake', title: 'Lake, with; signs', taken }, now);
  expect(text).toContain('DTSTART;VALUE=DATE:20270228');
  expect(text).toContain('DTSTAMP:20270101T000000Z');
  expect(readCalendar(text, shanghai, '2028-01-01')).toEqual(taken);
});

test.each([
  ['whole days', 'DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270304', '2027-03-01 2027-03-04'],
  ['a day without an end', 'DTSTART;VALUE=DATE:20270301', '2027-03-01 2027-03-02'],
  ['some hours', 'DTSTART:20270301T010000Z\nDTEND:20270301T030000Z', '2027-03-01 2027-03-02'],
  [
    'an instant, by the day there',
    'DTSTART:20270301T180000Z\nDTEND:20270303T020000Z',
    '2027-03-02 2027-03-03',
  ],
])('%s', (_name, lines, expected) => {
  expect(event(lines).map(({ from, to }) => `${from} ${to}`)).toEqual([expected]);
});

test('an event that was called off, or is transparent, takes no night', () => {
  expect(event('DTSTART;VALUE=DATE:20270301\nSTATUS:CANCELLED')).toEqual([]);
  expect(event('DTSTART;VALUE=DATE:20270301\nTRANSP:TRANSPARENT')).toEqual([]);
});

test('an event repeats up to the end of the window, however long it goes on', () => {
  const daily = 'BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20270301\nRRULE:FREQ=DAILY\nEND:VEVENT';
  expect(read(daily, '2027-03-11')).toHaveLength(10);
  expect(read(daily, '9999-01-01')).toHaveLength(1_000);
});

test('what is no calendar is refused', () => {
  expect(() => readCalendar('<html></html>', shanghai, '2028-01-01')).toThrow();
  expect(() => readCalendar('BEGIN:VCARD\r\nEND:VCARD\r\n', shanghai, '2028-01-01')).toThrow();
});
