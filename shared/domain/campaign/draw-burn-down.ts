import { inDutchTime } from '../environment/dutch-time.ts';
import type { Locale } from '../environment/environment.ts';
import { type BurnDown, isLongChart } from './burn-down.ts';

/** Words of the picture, in the language of who gets it. */
export interface BurnDownWords {
  readonly title: string;
  /** Says in words what the picture shows. */
  readonly description: string;
  readonly left: string;
  readonly planned: string;
  readonly deadline: string;
  readonly locale: Locale;
}

const width = 640;
const height = 380;
/** Of the field within the axes. */
const field = { left: 64, right: 616, top: 84, bottom: 320 };

/**
 * The burn-down as an SVG document of its own: nothing in it runs or is fetched, and its colours need no surroundings.
 * Text is as large as a mail's when the picture is 640 wide.
 */
export function drawBurnDown(chart: BurnDown, words: BurnDownWords): string {
  const from = Date.parse(chart.from);
  const span = Math.max(1, Date.parse(chart.to) - from);
  const top = ceilingOf(Math.max(1, chart.goal, ...chart.points.map(({ left }) => left)));
  // Where counting began after the deadline only, that lies at the edge.
  const x = (at: string) => {
    const part = Math.min(1, Math.max(0, (Date.parse(at) - from) / span));
    return round(field.left + part * (field.right - field.left));
  };
  const y = (count: number) => round(field.bottom - (count / top) * (field.bottom - field.top));

  const grid = [0, 1, 2, 3, 4]
    .map((quarter) => (top / 4) * quarter)
    .filter(Number.isInteger)
    .map(
      (count) =>
        `<line class="grid" x1="${field.left}" x2="${field.right}" y1="${y(count)}" y2="${y(count)}"/>` +
        `<text class="soft" x="${field.left - 10}" y="${y(count) + 5}" text-anchor="end">${count}</text>`,
    );
  const deadline = x(chart.deadlineAt);
  const isAtEnd = deadline > (field.left + field.right) / 2;
  const last = chart.points.at(-1);
  const line = chart.points.map(({ at, left }) => `${x(at)},${y(left)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(words.title)}</title>
<desc id="description">${escaped(words.description)}</desc>
<style>text{font:15px "Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2933}.soft{fill:#52606d;font-size:14px}.head{font-size:19px;font-weight:600}.grid{stroke:#e4e7eb}.planned{stroke:#7b8794;stroke-width:2;stroke-dasharray:7 6;fill:none}.left{stroke:#0b4f6c;stroke-width:3;fill:none;stroke-linejoin:round;stroke-linecap:round}.dot{fill:#0b4f6c}.end{stroke:#a12622;stroke-width:2}.end-text{fill:#a12622}</style>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text class="head" x="24" y="34">${escaped(words.title)}</text>
<line class="left" x1="24" x2="52" y1="58" y2="58"/><text x="60" y="63">${escaped(words.left)}</text>
<line class="planned" x1="250" x2="284" y1="58" y2="58"/><text x="292" y="63">${escaped(words.planned)}</text>
${grid.join('\n')}
<line class="end" x1="${deadline}" x2="${deadline}" y1="${field.top}" y2="${field.bottom}"/>
<text class="end-text" x="${deadline + (isAtEnd ? -8 : 8)}" y="${field.top + 16}" text-anchor="${isAtEnd ? 'end' : 'start'}">${escaped(words.deadline)}</text>
<polyline class="planned" points="${x(chart.from)},${y(chart.goal)} ${deadline},${y(0)}"/>
<polyline class="left" points="${line.join(' ')}"/>
${chart.points.map(({ at, left }) => `<circle class="dot" cx="${x(at)}" cy="${y(left)}" r="4"/>`).join('\n')}
${last === undefined ? '' : `<text x="${Math.min(x(last.at), field.right - 40)}" y="${y(last.left) - 12}" text-anchor="middle" font-weight="600">${last.left}</text>`}
<text class="soft" x="${field.left}" y="${field.bottom + 26}">${escaped(momentOf(chart.from, chart, words))}</text>
<text class="soft" x="${field.right}" y="${field.bottom + 26}" text-anchor="end">${escaped(momentOf(chart.to, chart, words))}</text>
</svg>
`;
}

/** The next number above that reads well and can be quartered: 4, 8, 20, 40, 80, 200 … */
function ceilingOf(count: number): number {
  for (let power = 1; ; power *= 10) {
    const found = [4, 8, 12, 20, 32].map((step) => step * power).find((step) => step >= count);
    if (found !== undefined) return found;
  }
}

/** The day, or for a campaign of minutes the time, in Dutch time. */
function momentOf(instant: string, chart: BurnDown, { locale }: BurnDownWords): string {
  return inDutchTime(instant, isLongChart(chart) ? { dateStyle: 'medium' } : { timeStyle: 'medium' }, locale);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
