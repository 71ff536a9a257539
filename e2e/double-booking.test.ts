import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dateIn, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { untilAnswered } from '../testing/until-answered.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem();
  story = storyOf(system);
});
afterAll(() => system?.stop());

const stay = { checkIn: dateIn(20), checkOut: dateIn(23) };
const nights = [dateIn(20), dateIn(21), dateIn(22)];

test('of 200 orders for the same nights at once exactly one wins; 199 are told which nights are taken', async () => {
  const travellers = Array.from({ length: 200 }, (_, i) => ({ id: `traveller-${i}` }));
  const answers = await Promise.all(
    travellers.map((traveller) => {
      const input = { ...stay, homestayId: 'home-0', idempotencyKey: traveller.id };
      return untilAnswered(() => story.place(input, traveller));
    }),
  );
  const placed = answers.filter(({ __typename }) => __typename === 'HomestayOrder');
  const refused = answers.filter(({ reason }) => reason === 'NIGHTS_TAKEN');
  expect(placed).toHaveLength(1);
  expect(refused).toHaveLength(199);
  for (const { takenNights } of refused) expect(takenNights).toEqual(nights);
  expect(await story.freeNights('home-0', stay.checkIn, stay.checkOut)).toEqual([]);
  expect(
    await system.databases.order.collection('orders').countDocuments({ homestayId: 'home-0' }),
  ).toBe(1);
});

test('a request repeated many times at once, with one key, places one order and always answers with it', async () => {
  const input = { ...stay, homestayId: 'home-1', idempotencyKey: 'one and the same' };
  const answers = await Promise.all(Array.from({ length: 50 }, () => story.place(input)));
  expect(new Set(answers.map(({ sn }) => sn)).size).toBe(1);
  expect(await story.place(input)).toEqual(answers[0]);
  expect(await story.place({ ...input, guests: 2 })).toMatchObject({
    reason: 'IDEMPOTENCY_KEY_REUSED',
  });
  expect(
    await system.databases.order.collection('orders').countDocuments({ homestayId: 'home-1' }),
  ).toBe(1);
});

test('nights that come back can be booked again, by one', async () => {
  const { sn } = await story.place({ ...stay, homestayId: 'home-2' });
  const [cancelled, ...others] = await Promise.all([
    story.cancel(sn),
    ...Array.from({ length: 30 }, (_, i) =>
      story.place({ ...stay, homestayId: 'home-2' }, { id: `late-${i}` }),
    ),
  ]);
  expect(cancelled).toMatchObject({ state: 'CANCELLED' });
  const after = await story.place({ ...stay, homestayId: 'home-2' }, { id: 'last' });
  const placed = [...others, after].filter(({ __typename }) => __typename === 'HomestayOrder');
  expect(placed).toHaveLength(1);
});
