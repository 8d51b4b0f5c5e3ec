import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** From 4700 to 5999. */
const places = 130;

/**
 * First of seven free ports in a row on 127.0.0.1, so that a copy of the stage runs beside `npm start`. The search begins
 * anywhere: copies that start at the same moment would else all choose the same.
 */
export async function freePortBase(): Promise<number> {
  const isFree = (port: number) =>
    new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
  const begin = randomInt(places);
  for (let place = 0; place < places; place += 1) {
    const base = 4700 + 10 * ((begin + place) % places);
    const free = await Promise.all(Array.from({ length: 8 }, (_, offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('No seven free ports in a row between 4700 and 6000.');
}
