/** Lets the event loop go round, so that what came meanwhile need not wait for what follows. */
export const loopTurn = (): Promise<void> => new Promise((go) => setImmediate(go));
