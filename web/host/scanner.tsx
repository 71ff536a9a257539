import { useEffect, useRef, useState } from 'preact/hooks';
import { Notice } from '../parts/notice.tsx';
import { t } from '../words/words.ts';

type Detector = { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> };
type DetectorClass = new (options: { formats: string[] }) => Detector;

/** Browsers that read codes by themselves: Chrome on Android and macOS, Safari to come. */
const detectorClass = () => (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

export const canScan = (): boolean =>
  detectorClass() !== undefined && navigator.mediaDevices !== undefined;

const betweenLooksMs = 200;

/** Shows the camera and tells each text that it reads, until it is taken away. */
export function Scanner({ found }: { found(text: string): void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  const tell = useRef(found);
  tell.current = found;
  useEffect(() => {
    const look = new AbortController();
    readCodes(video.current, look.signal, (text) => tell.current(text)).catch(() => {
      if (!look.signal.aborted) setFailed(true);
    });
    return () => look.abort();
  }, []);
  if (failed) return <Notice>{t('noCamera')}</Notice>;
  return <video ref={video} class="scanner" muted playsInline aria-label={t('scanning')} />;
}

/** @throws where there is no camera, or it may not be used */
async function readCodes(
  video: HTMLVideoElement | null,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  const Detector = detectorClass();
  if (!video || !Detector) throw new Error('no camera');
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment' },
  });
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) return stop();
  video.srcObject = stream;
  await video.play();
  const detector = new Detector({ formats: ['qr_code'] });
  while (!signal.aborted) {
    const [code] = await detector.detect(video);
    if (code && !signal.aborted) tell(code.rawValue);
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
  }
}
