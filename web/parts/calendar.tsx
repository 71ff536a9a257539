import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { addDays, addMonths, datesBetween, firstOfMonth } from '../words/dates.ts';
import { longDay, monthName, weekdays } from '../words/format.ts';
import { t } from '../words/words.ts';

export type Chosen = { checkIn: string; checkOut: string };

export type CalendarProps = {
  /** The nights that are known to be free; a date that is not in it cannot be chosen. */
  free: ReadonlySet<string>;
  /** For a host: any night can be chosen, taken or not. */
  anyNight?: boolean;
  /** What each night costs, to be shown under it. */
  prices?: ReadonlyMap<string, string>;
  firstDay: string;
  lastDay: string;
  chosen: Chosen;
  choose(chosen: Chosen): void;
};

/**
 * One month of nights. A click chooses the day of arrival, the next one the day of departure; arrow
 * keys move by days and weeks, Page Up and Page Down by months.
 */
export function Calendar({
  free,
  anyNight = false,
  prices,
  firstDay,
  lastDay,
  chosen,
  choose,
}: CalendarProps) {
  const [focus, setFocus] = useState(chosen.checkIn || firstDay);
  const grid = useRef<HTMLTableElement>(null);
  const month = firstOfMonth(focus);
  const { checkIn, checkOut } = chosen;
  const leaving = checkIn !== '' && checkOut === '';

  const isOpen = (night: string) => anyNight || free.has(night);
  const canArrive = (date: string) => isOpen(date) && date >= firstDay;
  // The day of departure may itself be taken: nobody sleeps there that night.
  const canLeave = (date: string) =>
    leaving && date > checkIn && datesBetween(checkIn, date).every(isOpen);
  const pick = (date: string) => {
    if (canLeave(date)) choose({ checkIn, checkOut: date });
    else if (canArrive(date)) choose({ checkIn: date, checkOut: '' });
  };
  const byKey = useRef(false);
  useLayoutEffect(() => {
    if (byKey.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    byKey.current = false;
  }, [focus]);
  const moveTo = (date: string) => {
    const next = date < firstDay ? firstDay : date > lastDay ? lastDay : date;
    setFocus(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    const months = { PageUp: -1, PageDown: 1 }[event.key];
    if (!by && !months) return;
    event.preventDefault();
    byKey.current = true;
    moveTo(by ? addDays(focus, by) : addMonths(focus, months ?? 0));
  };

  return (
    <div class="calendar">
      <div class="months">
        <button
          type="button"
          class="quiet"
          aria-label={t('previousMonth')}
          disabled={month <= firstOfMonth(firstDay)}
          onClick={() => moveTo(addMonths(focus, -1))}
        >
          ‹
        </button>
        <h3 aria-live="polite">{monthName(month)}</h3>
        <button
          type="button"
          class="quiet"
          aria-label={t('nextMonth')}
          disabled={month >= firstOfMonth(lastDay)}
          onClick={() => moveTo(addMonths(focus, 1))}
        >
          ›
        </button>
      </div>
      <table ref={grid} onKeyDown={onKeyDown} aria-label={monthName(month)}>
        <thead>
          <tr>
            {weekdays().map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week.find(Boolean)}>
              {week.map((date, index) => (
                <td key={date ?? index}>
                  {date && (
                    <Night
                      date={date}
                      focused={date === focus}
                      open={canArrive(date) || canLeave(date)}
                      taken={!free.has(date)}
                      past={date < firstDay}
                      price={date < firstDay ? undefined : prices?.get(date)}
                      chosen={partOf(chosen, date)}
                      pick={() => {
                        setFocus(date);
                        pick(date);
                      }}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Part = 'first' | 'last' | 'between' | undefined;

const partOf = ({ checkIn, checkOut }: Chosen, date: string): Part => {
  if (date === checkIn) return 'first';
  if (date === checkOut) return 'last';
  return checkIn && date > checkIn && date < checkOut ? 'between' : undefined;
};

type NightProps = {
  date: string;
  focused: boolean;
  open: boolean;
  taken: boolean;
  past: boolean;
  price?: string;
  chosen: Part;
  pick(): void;
};

function Night({ date, focused, open, taken, past, price, chosen, pick }: NightProps) {
  const state = chosen ? t('chosen') : past ? t('past') : open && !taken ? t('free') : t('taken');
  return (
    <button
      type="button"
      data-date={date}
      data-price={price}
      class={`day ${chosen ?? ''} ${open ? 'open' : 'shut'} ${past ? 'past' : taken ? 'taken' : ''}`}
      tabIndex={focused ? 0 : -1}
      aria-disabled={!open}
      aria-pressed={chosen === 'first' || chosen === 'last'}
      aria-label={[longDay(date), state, ...(price ? [price] : [])].join(', ')}
      onClick={pick}
    >
      {Number(date.slice(8))}
    </button>
  );
}

/**
 * The weeks of a month, Monday first, with empty places before its first day and after its last.
 */
function weeksOf(month: string): (string | undefined)[][] {
  const days: (string | undefined)[] = datesBetween(month, addMonths(month, 1));
  const before = (new Date(`${month}T00:00:00Z`).getUTCDay() + 6) % 7;
  const places = [...Array<undefined>(before).fill(undefined), ...days];
  while (places.length % 7 !== 0) places.push(undefined);
  return Array.from({ length: places.length / 7 }, (_, week) =>
    places.slice(week * 7, week * 7 + 7),
  );
}
