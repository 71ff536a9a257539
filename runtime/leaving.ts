let leaving = false;

/** This process still serves and is no longer ready, because it will stop: load balancers leave it. */
export const isLeaving = (): boolean => leaving;

/** @returns for tests that do not end with it: takes it back */
export function leave(): () => void {
  leaving = true;
  return () => {
    leaving = false;
  };
}
