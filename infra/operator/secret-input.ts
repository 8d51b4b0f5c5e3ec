import type { ReadStream } from 'node:tty';

type Terminal = Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;

const ctrlC = '\u0003';
/** Enter, or Ctrl-D. */
const ends: readonly string[] = ['\r', '\n', '\u0004'];
const backspaces: readonly string[] = ['\u007f', '\b'];

/**
 * Asks on a terminal without showing what is typed, so that a secret is not left on the screen. Answers the line; Ctrl-C
 * rejects.
 */
export function askHidden(
  terminal: Terminal,
  print: (text: string) => void,
  question: string,
): Promise<string> {
  print(question);
  terminal.setRawMode(true);
  terminal.resume();
  return new Promise((resolve, reject) => {
    let line = '';
    function read(data: Buffer): void {
      for (const character of data.toString('utf8')) {
        const isEnd = ends.includes(character);
        if (isEnd || character === ctrlC) {
          terminal.off('data', read);
          terminal.setRawMode(false);
          terminal.pause();
          print('\n');
          if (isEnd) resolve(line);
          else reject(new Error('Given up.'));
          return;
        }
        line = backspaces.includes(character) ? line.slice(0, -1) : line + character;
      }
    }
    terminal.on('data', read);
  });
}
