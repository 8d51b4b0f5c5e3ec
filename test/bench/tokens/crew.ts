import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Reply, Tasks } from './tasks.ts';

/** A process of its own that does one task after another. */
export interface Member {
  ask<Name extends keyof Tasks>(
    task: Name,
    ...input: Parameters<Tasks[Name]>
  ): Promise<Awaited<ReturnType<Tasks[Name]>>>;
}

/** The processes of the bench. They end with this one, however it ends. */
export interface Crew {
  readonly members: readonly Member[];
  stop(): Promise<void>;
}

export async function startCrew(size: number): Promise<Crew> {
  const children = Array.from({ length: size }, () =>
    // Not our flags: plain Node takes the types off by itself, in a third of the time that tsx needs.
    fork(path.join(import.meta.dirname, 'worker.ts'), {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
  return {
    members: children.map(member),
    stop: async () => {
      await Promise.all(children.map(end));
    },
  };
}

function member(child: ChildProcess): Member {
  return {
    ask: (task, ...[input]) =>
      new Promise((resolve, reject) => {
        const settle = (reply: Reply) => {
          child.off('exit', ended);
          // The worker answers with what `Tasks` says; both sides are checked against it when they are compiled.
          if (reply.ok) resolve(reply.result as Awaited<ReturnType<Tasks[typeof task]>>);
          else reject(new Error(`A process of the bench failed at "${task}": ${reply.error}`));
        };
        const ended = (code: number | null) => {
          child.off('message', settle);
          reject(new Error(`A process of the bench ended with ${code} at "${task}".`));
        };
        child.once('message', settle);
        child.once('exit', ended);
        child.send({ task, input });
      }),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // It ends when nobody can ask anything of it any more.
  child.disconnect();
  await ended;
}
