import type { Page } from 'playwright-core';
import { dateIn } from '../../testing/story.ts';
import type { Web } from './pages.ts';

/** A homestay's id as the API gives it. */
export async function homestayId({ system }: Web, number: number): Promise<string> {
  const query = '{ homestays(first: 100) { nodes { id title } } }';
  type Data = { homestays: { nodes: { id: string; title: string }[] } };
  const { homestays } = await system.ask<Data>(null, query);
  return homestays.nodes.find(({ title }) => title === `Lake house home-${number}`)?.id as string;
}

/** The address of a homestay's page, with a stay chosen. */
export async function placeWith(
  web: Web,
  number: number,
  inDays: number,
  nights = 2,
): Promise<string> {
  const stay = { checkIn: dateIn(inDays), checkOut: dateIn(inDays + nights) };
  const id = await homestayId(web, number);
  return `#/homestays/${encodeURIComponent(id)}?${new URLSearchParams(stay)}`;
}

export const stateIs = (page: Page, words: string): Promise<void> =>
  page.locator('.state', { hasText: words }).first().waitFor();
