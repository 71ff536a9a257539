export type Bar = {
  label: string;
  value: number;
  words: string;
  /** What the axis says below the first and the last bar, if not the label. */
  below?: string;
};

const [width, height, gap, widest] = [600, 120, 2, 40];

/** A bar for each value. Readers that see no pictures get the same as a list. */
export function Bars({ title, none, bars }: { title: string; none: string; bars: Bar[] }) {
  const most = Math.max(1e-9, ...bars.map(({ value }) => value));
  const step = width / Math.max(bars.length, 1);
  const wide = Math.min(step - gap, widest);
  return (
    <figure class="bars">
      <figcaption>{title}</figcaption>
      {bars.length === 0 && <p class="hint">{none}</p>}
      {bars.length > 0 && (
        <>
          <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
            {bars.map(({ label, value, words }, index) => {
              const high = Math.max(value > 0 ? 2 : 0, (value / most) * height);
              return (
                <rect
                  key={label}
                  x={index * step + (step - wide) / 2}
                  y={height - high}
                  width={wide}
                  height={high}
                  rx="2"
                >
                  <title>{`${label}: ${words}`}</title>
                </rect>
              );
            })}
          </svg>
          <p class="axis hint" aria-hidden="true">
            <span>{bars[0]?.below ?? bars[0]?.label}</span>
            {bars.length > 1 && <span>{bars.at(-1)?.below ?? bars.at(-1)?.label}</span>}
          </p>
          <ul class="unseen">
            {bars.map(({ label, words }) => (
              <li key={label}>{`${label}: ${words}`}</li>
            ))}
          </ul>
        </>
      )}
    </figure>
  );
}
