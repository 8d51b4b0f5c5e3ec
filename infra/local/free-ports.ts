import { createServer } from 'node:net';

/** First of seven free ports in a row on 127.0.0.1, so that a copy of the stage runs beside `npm start`. */
export async function freePortBase(): Promise<number> {
  const isFree = (port: number) =>
    new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
  for (let base = 4700; base < 6000; base += 10) {
    const free = await Promise.all(Array.from({ length: 8 }, (_, offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('No seven free ports in a row between 4700 and 6000.');
}
