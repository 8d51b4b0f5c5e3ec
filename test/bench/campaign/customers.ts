import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const columns = 'environment_id;name;locale;contacts;contact_person;export_formats;administrations;companies';

/** Writes the customers numbered `from` to before `to` as an operator would have them from Spend Cloud. */
export async function writeCustomers(file: string, from: number, to: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write(`${columns}\r\n`);
  for (let number = from; number < to; number += 1) {
    if (!stream.write(row(number))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

function row(number: number): string {
  const name = `Klant ${number} B.V.`;
  const cells = [
    environmentIdOf(number),
    name,
    number % 2 === 0 ? 'nl' : 'en',
    `"Finance ""${number}"" <finance@klant-${number}.example>"`,
    'Consultant <consultant@vendor.example>',
    'Visma.net Financials|UBL',
    `1=${name}`,
    `${name}=${10_000_000 + number}`,
  ];
  return `${cells.join(';')}\r\n`;
}

function environmentIdOf(number: number): string {
  return `klant-${String(number).padStart(6, '0')}`;
}
