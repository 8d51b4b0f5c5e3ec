import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** From 4700 to 5999, without those of SIP: neither a browser nor `fetch` asks 5060 or 5061 (fetch.spec.whatwg.org, "bad port"). */
const bases = Array.from({ length: 130 }, (_, place) => 4700 + 10 * place).filter((base) => base !== 5060);

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
  const begin = randomInt(bases.length);
  for (const base of [...bases.slice(begin), ...bases.slice(0, begin)]) {
    const free = await Promise.all(Array.from({ length: 8 }, (_, offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('No seven free ports in a row between 4700 and 6000.');
}
