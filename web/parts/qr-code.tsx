import { useEffect, useState } from 'preact/hooks';

/** A text as a QR code, dark on white in every colour scheme: scanners expect that. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [squares, setSquares] = useState<boolean[][]>([]);
  useEffect(() => {
    void import('uqr').then(({ encode }) => setSquares(encode(text, { border: 2 }).data));
  }, [text]);
  const size = squares.length;
  if (size === 0) return null;
  const path = squares
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
